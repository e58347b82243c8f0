import { PerspectiveCamera, Scene, AmbientLight, DirectionalLight, WebGLRenderer, Color, type Vector3 } from 'three';
import { servedAssets } from '../src/attention/assets.ts';
import type { FromLandmarks, ToLandmarks } from './landmarks-worker.ts';
import type { FaceState } from './people/face-state.ts';
import { IctHead } from './people/ict-head.ts';
import { drawLooks, type Looks } from './people/looks.ts';
import { Person } from './people/person.ts';
import { seeded } from './random.ts';

/** One picture to take of one person. */
export interface Sitting {
  readonly seed: number;
  readonly looks: Partial<Looks>;
  readonly state: FaceState;
  readonly distanceCm: number;
  readonly picture: boolean;
}

/** Where something is in the picture, pixels from the left and the top. */
export type Pixel = readonly [number, number];

export interface EyePixels {
  readonly iris: Pixel;
  /** Outer corner, inner corner, two points of the upper and two of the lower lid. */
  readonly lids: readonly Pixel[];
}

export interface Portrait {
  readonly looks: Looks;
  readonly truth: { readonly left: EyePixels; readonly right: EyePixels };
  /** The landmarker's mesh in pixels; null when it found no face. */
  readonly mesh: readonly Pixel[] | null;
  readonly matrix: readonly number[] | null;
  readonly renderMs: number;
  readonly makeMs: number;
  /** PNG, base64, when asked for. */
  readonly picture: string | null;
}

declare global {
  interface Window {
    people: {
      open(width: number, height: number): Promise<void>;
      take(sitting: Sitting): Promise<Portrait>;
    };
  }
}

const FIELD_DEG = 42;
let head: IctHead | null = null;
let worker: Worker | null = null;
let renderer: WebGLRenderer | null = null;
let seated: { key: string; person: Person; makeMs: number } | null = null;
const scene = new Scene();
const camera = new PerspectiveCamera(FIELD_DEG, 4 / 3, 1, 500);

window.people = {
  async open(width, height) {
    const description: unknown = await (await fetch('/ict-face.json')).json();
    head = new IctHead(description, await (await fetch('/ict-face.bin')).arrayBuffer());
    const canvas = new OffscreenCanvas(width, height);
    renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
    renderer.setSize(width, height, false);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    scene.background = new Color(0x8f948d);
    const lamp = new DirectionalLight(0xfff1e0, 1.7);
    lamp.position.set(-30, 60, 45);
    const glow = new DirectionalLight(0xcfdcff, 0.35);
    glow.position.set(0, -10, 30);
    scene.add(new AmbientLight(0xffffff, 0.85), lamp, glow);
    const source = servedAssets();
    const set = await source.describe();
    const served = set.files.get('worker');
    if (served === undefined) throw new Error('no worker is served');
    const reader = new Worker(`/attention/${served.name}`, { type: 'module' });
    worker = reader;
    const loaded = await source.load(set, () => undefined, new AbortController().signal);
    const init: ToLandmarks = { type: 'init', wasm: loaded.landmarkerWasm, model: loaded.landmarkerModel };
    await new Promise<void>((resolve, reject) => {
      reader.onmessage = () => {
        resolve();
      };
      reader.onerror = (event) => {
        reject(new Error(event.message));
      };
      reader.postMessage(init, [init.wasm, init.model]);
    });
  },
  async take(sitting) {
    if (renderer === null) throw new Error('open the studio first');
    const { person, makeMs } = seat(sitting);
    const startedMs = performance.now();
    person.pose(sitting.state);
    person.object.position.set(0, 0, -sitting.distanceCm).sub(person.eyesAt);
    renderer.render(scene, camera);
    const canvas = renderer.domElement as unknown as OffscreenCanvas;
    const { width, height } = canvas;
    const pixels = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (pixels === null) throw new Error('no 2D canvas');
    pixels.drawImage(canvas, 0, 0);
    pixels.getImageData(0, 0, 1, 1);
    const renderMs = performance.now() - startedMs;
    const project = (point: Vector3): Pixel => {
      const at = point.clone().project(camera);
      return [((at.x + 1) / 2) * width, ((1 - at.y) / 2) * height];
    };
    const irises = person.irisCentres();
    const lids = person.lidPoints();
    const eye = (side: 'left' | 'right'): EyePixels => ({
      iris: project(irises[side]),
      lids: lids[side].map(project),
    });
    const { mesh, matrix } = await landmarks(pixels.getImageData(0, 0, width, height));
    return {
      looks: person.looks,
      truth: { left: eye('left'), right: eye('right') },
      mesh: mesh?.map(([x, y]) => [x * width, y * height] as const) ?? null,
      matrix,
      renderMs,
      makeMs,
      picture: sitting.picture ? await png(pixels.canvas) : null,
    };
  },
};

function seat({ seed, looks }: Sitting): { person: Person; makeMs: number } {
  const key = JSON.stringify([seed, looks]);
  if (seated?.key === key) return seated;
  if (head === null) throw new Error('open the studio first');
  if (seated !== null) {
    scene.remove(seated.person.object);
    seated.person.dispose();
  }
  const startedMs = performance.now();
  const random = seeded(seed);
  const person = new Person(head, random, drawLooks(random, looks));
  seated = { key, person, makeMs: performance.now() - startedMs };
  scene.add(person.object);
  return seated;
}

function landmarks(picture: ImageData): Promise<Extract<FromLandmarks, { type: 'landmarks' }>> {
  const reader = worker;
  if (reader === null) throw new Error('open the studio first');
  const message: ToLandmarks = { type: 'picture', picture };
  return new Promise((resolve, reject) => {
    reader.onmessage = ({ data }: MessageEvent<FromLandmarks>) => {
      if (data.type === 'landmarks') resolve(data);
    };
    reader.onerror = (event) => {
      reject(new Error(event.message));
    };
    reader.postMessage(message);
  });
}

async function png(canvas: OffscreenCanvas): Promise<string> {
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
