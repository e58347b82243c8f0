import {
  AmbientLight,
  Color,
  DirectionalLight,
  Group,
  HalfFloatType,
  LinearToneMapping,
  NoToneMapping,
  PerspectiveCamera,
  Scene,
  type Texture,
  Vector3,
  WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import type { Actor } from '../families/family.ts';
import { buildLights } from './lights.ts';
import { buildRoom } from './room.ts';
import { deskOf, seatOf, verticalFovDeg, type SceneSpec } from './scene.ts';
import { Sensor, type MeteredFace } from './sensor.ts';

/** No webcam is sharper than this, in pixels. It stands for multisampling as well, which costs half of the picture in software. */
const MIN_BLUR_PX = 0.5;
/** A camera that is far off with its exposure gets there within so many pictures. */
const SETTLES_WITHIN = 6;
const PORTRAIT = { pixels: 512, distanceCm: 62, fovDeg: 36 };

/** A furnished, lit scene with one webcam, rendered off screen by WebGL. What the camera delivers stands on `canvas`. */
export class Studio {
  readonly canvas: OffscreenCanvas;
  readonly #lens: OffscreenCanvas;
  readonly #film: OffscreenCanvasRenderingContext2D;
  readonly #blur: string;
  /** Camera coordinates. */
  readonly world = new Scene();
  /** The desk's axes, with the eyes at ease in the middle. */
  readonly desk = new Group();
  readonly setGlow: (share: number) => void;
  readonly #renderer: WebGLRenderer;
  readonly #camera: PerspectiveCamera;
  readonly #sensor: Sensor;
  readonly #portraits: WebGLRenderTarget[] = [];

  /** `poster` hangs on the wall as a picture. */
  constructor(scene: SceneSpec, poster: Actor | null) {
    const { webcam } = scene;
    this.canvas = new OffscreenCanvas(webcam.width, webcam.height);
    const film = this.canvas.getContext('2d', { willReadFrequently: true, alpha: false });
    if (film === null) throw new Error('no 2D canvas');
    this.#film = film;
    const blurPx = (webcam.blurPx * Math.max(webcam.width, webcam.height)) / 640;
    this.#blur = `blur(${Math.max(MIN_BLUR_PX, blurPx).toFixed(2)}px)`;
    this.#lens = new OffscreenCanvas(webcam.width, webcam.height);
    this.#renderer = new WebGLRenderer({ canvas: this.#lens, antialias: false, preserveDrawingBuffer: true });
    this.#renderer.setSize(webcam.width, webcam.height, false);
    this.#camera = new PerspectiveCamera(verticalFovDeg(webcam), webcam.width / webcam.height, 2, 900);
    this.#sensor = new Sensor(webcam, scene.seed);
    this.desk.quaternion.copy(deskOf(scene));
    this.desk.position.copy(seatOf(scene));
    const lights = buildLights(scene);
    this.setGlow = (share) => {
      lights.setGlow(share);
    };
    this.desk.add(lights.lights, buildRoom(scene, poster === null ? null : this.portraitOf(poster)));
    this.world.add(this.desk);
    this.world.background = new Color(0.002, 0.002, 0.002);
  }

  /** A picture of somebody who looks into it, as light; for prints and posters. */
  portraitOf(actor: Actor): Texture {
    const { pixels, distanceCm, fovDeg } = PORTRAIT;
    const target = new WebGLRenderTarget(pixels, pixels, { type: HalfFloatType, samples: 4 });
    const scene = new Scene();
    scene.background = new Color(0.35, 0.38, 0.42);
    const lamp = new DirectionalLight(0xffffff, 1.8);
    lamp.position.set(20, 30, 60);
    scene.add(new AmbientLight(0xffffff, 1.1), lamp, actor.object);
    actor.pose({ yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0 });
    actor.object.quaternion.identity();
    actor.object.position.copy(new Vector3(0, 0, -distanceCm).sub(actor.eyesAt));
    const camera = new PerspectiveCamera(fovDeg, 1, 2, 200);
    camera.position.y = -3;
    this.#renderer.toneMapping = NoToneMapping;
    this.#renderer.setRenderTarget(target);
    this.#renderer.render(scene, camera);
    scene.remove(actor.object);
    this.#portraits.push(target);
    return target.texture;
  }

  /**
   * Takes the picture of a time onto `canvas`. `moments` place everything for one instant each while the shutter is open; more than
   * one blurs what moves. `face` is where the camera finds one to expose for.
   */
  shoot(tMs: number, moments: readonly (() => void)[], face: MeteredFace | null): void {
    let picture = this.#expose(moments);
    for (let i = 0; !this.#sensor.isSettled && i < SETTLES_WITHIN; i++) {
      this.#sensor.meter(picture.data, tMs, face);
      picture = this.#expose(moments);
    }
    this.#sensor.meter(picture.data, tMs, face);
    this.#sensor.develop(picture.data);
    this.#film.putImageData(picture, 0, 0);
  }

  #expose(moments: readonly (() => void)[]): ImageData {
    const { width, height } = this.canvas;
    this.#renderer.toneMapping = LinearToneMapping;
    this.#renderer.toneMappingExposure = this.#sensor.gain;
    this.#renderer.setRenderTarget(null);
    this.#film.filter = this.#blur;
    moments.forEach((arrange, i) => {
      arrange();
      this.#renderer.render(this.world, this.#camera);
      this.#film.globalAlpha = 1 / (i + 1);
      this.#film.drawImage(this.#lens, 0, 0);
    });
    this.#film.globalAlpha = 1;
    return this.#film.getImageData(0, 0, width, height);
  }

  dispose(): void {
    for (const target of this.#portraits) target.dispose();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }
}
