import { servedAssets, type AssetSet } from '../src/attention/assets.ts';

import { BEHAVIOURS, playBehaviour, type Behaviour } from './behaviours.ts';
import { copyPicture, renderMoment, throughCamera } from './camera-picture.ts';
import { IctHead } from './ict-head.ts';
import type { FromObserver, ToObserver } from './observe-worker.ts';
import { Person, type FaceState, type Looks } from './person.ts';
import { seeded, type Random } from './random.ts';
import { drawRoom, Studio } from './studio.ts';

/** One frame of the data: what the pipeline saw, and the truth beside it. */
export interface DataFrame {
  readonly facing: boolean;
  readonly truth: FaceState | null;
  readonly seen: Extract<FromObserver, { type: 'observed' }>['frame'];
}

export interface DataSegment {
  readonly behaviour: Behaviour;
  readonly frames: readonly DataFrame[];
}

/** Everything rendered of one identity in one scene. */
export interface DataSubject {
  readonly subject: number;
  readonly looks: Looks;
  readonly level: number;
  readonly frameCostMs: number;
  readonly segments: readonly DataSegment[];
}

declare global {
  interface Window {
    dataset: {
      open(): Promise<void>;
      renderSubject(subject: number, framesPerSegment: number): Promise<DataSubject>;
      snapshot(subject: number, behaviour: Behaviour): Promise<string>;
    };
  }
}

const SIZES = [
  { width: 640, height: 480 },
  { width: 480, height: 360 },
  { width: 640, height: 360 },
] as const;

let head: IctHead | null = null;
let observer: Worker | null = null;
let stampMs = 0;

window.dataset = {
  async open() {
    const description: unknown = await (await fetch('/ict-face.json')).json();
    head = new IctHead(description, await (await fetch('/ict-face.bin')).arrayBuffer());
    const source = servedAssets();
    const set = await source.describe();
    observer = new Worker(`/attention/${observerName(set)}`, { type: 'module' });
    const worker = observer;
    const loaded = await source.load(set, () => undefined, new AbortController().signal);
    const init: ToObserver = { type: 'init', wasm: loaded.landmarkerWasm, model: loaded.landmarkerModel };
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => {
        resolve();
      };
      worker.onerror = (event) => {
        reject(new Error(event.message));
      };
      worker.postMessage(init, [init.wasm, init.model]);
    });
  },
  async renderSubject(subject, framesPerSegment) {
    const random = seeded(subject * 7919 + 17);
    const { person, studio, room } = stage(random);
    const segments: DataSegment[] = [];
    let costMs = 0;
    let count = 0;
    for (const behaviour of BEHAVIOURS) {
      // The tracker starts anew: nobody jumps from one behaviour into the next.
      await blank(studio, person);
      const hz = random.between(3, 8);
      const frames: DataFrame[] = [];
      for (const frame of playBehaviour(behaviour, room, person.eyesAt, random, framesPerSegment, hz, 0)) {
        renderMoment(person, studio, frame.state, frame.sway.add(room.eyes));
        const observed = await observe(throughCamera(studio.canvas, random, room.level).canvas, stampMs + frame.tMs);
        frames.push({ facing: frame.facing, truth: frame.state, seen: { ...observed.frame, tMs: frame.tMs } });
        costMs += observed.costMs;
        count++;
      }
      stampMs += framesPerSegment * 1000;
      segments.push({ behaviour, frames });
    }
    studio.dispose();
    person.dispose();
    return { subject, looks: person.looks, level: room.level, frameCostMs: costMs / count, segments };
  },
  async snapshot(subject, behaviour) {
    const random = seeded(subject * 7919 + 17);
    const { person, studio, room } = stage(random);
    const frame = playBehaviour(behaviour, room, person.eyesAt, random, 12, 5, 0)[11];
    if (frame !== undefined) renderMoment(person, studio, frame.state, frame.sway.add(room.eyes));
    const canvas = throughCamera(studio.canvas, random, room.level).canvas;
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
  },
};

function stage(random: Random): { person: Person; studio: Studio; room: ReturnType<typeof drawRoom> } {
  if (head === null) throw new Error('open the lab first');
  const room = drawRoom(random);
  const person = new Person(head, random);
  const studio = new Studio(random.pick(SIZES), room, random);
  return { person, studio, room };
}

async function blank(studio: Studio, person: Person): Promise<void> {
  studio.remove(person);
  studio.render();
  stampMs += 1000;
  await observe(copyPicture(studio.canvas).canvas, stampMs);
  stampMs += 1000;
}

function observe(canvas: OffscreenCanvas, tMs: number): Promise<Extract<FromObserver, { type: 'observed' }>> {
  const worker = observer;
  if (worker === null) throw new Error('open the lab first');
  const message: ToObserver = { type: 'frame', bitmap: canvas.transferToImageBitmap(), tMs };
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromObserver>) => {
      if (data.type === 'observed') resolve(data);
    };
    worker.onerror = (event) => {
      reject(new Error(event.message));
    };
    worker.postMessage(message, [message.bitmap]);
  });
}

/** The lab's observer is served in the worker's place, under the worker's policy. */
function observerName(set: AssetSet): string {
  const worker = set.files.get('worker');
  if (worker === undefined) throw new Error('no worker is served');
  return worker.name;
}
