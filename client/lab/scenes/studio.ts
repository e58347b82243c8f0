import {
  AmbientLight,
  Color,
  DirectionalLight,
  Group,
  HalfFloatType,
  PerspectiveCamera,
  Scene,
  type Texture,
  Vector3,
  WebGLRenderTarget,
} from 'three';
import type { Actor } from '../families/family.ts';
import { Lens } from './lens.ts';
import { buildLights } from './lights.ts';
import { BACKDROP, buildRoom } from './room.ts';
import { deskOf, seatOf, verticalFovDeg, type SceneSpec } from './scene.ts';
import { Sensor, type MeteredFace } from './sensor.ts';
import { throwAway } from '../throw-away.ts';

/** No webcam is sharper than this, in pixels. It stands for multisampling as well, which costs half of the picture in software. */
const MIN_BLUR_PX = 0.5;
/** A camera that is far off with its exposure gets there within so many pictures. */
const SETTLES_WITHIN = 6;
/** The backdrop is taken anew when the gain has moved by more than this share. */
const BACKDROP_GAIN = 0.02;
const PORTRAIT = { pixels: 512, distanceCm: 62, fovDeg: 36 };

/** A furnished, lit scene with one webcam, rendered off screen by WebGL. What the camera delivers stands on `canvas`. */
export class Studio {
  readonly canvas: OffscreenCanvas;
  readonly #film: OffscreenCanvasRenderingContext2D;
  /** What one moment shows: the backdrop, and before it what moves. */
  readonly #moment: OffscreenCanvasRenderingContext2D;
  /** What stands still behind everybody, as it was last taken with a gain. */
  readonly #backdrop: OffscreenCanvasRenderingContext2D;
  #backdropGain = 0;
  readonly #blur: string;
  /** Camera coordinates. */
  readonly world = new Scene();
  /** The desk's axes, with the eyes at ease in the middle. */
  readonly desk = new Group();
  readonly setGlow: (share: number) => void;
  readonly #camera: PerspectiveCamera;
  readonly #sensor: Sensor;
  readonly #portraits: WebGLRenderTarget[] = [];

  /** `poster` hangs on the wall as a picture. */
  constructor(scene: SceneSpec, poster: Actor | null) {
    const { webcam } = scene;
    this.#film = picture(webcam);
    this.#moment = picture(webcam);
    this.#backdrop = picture(webcam);
    this.canvas = this.#film.canvas;
    const blurPx = (webcam.blurPx * Math.max(webcam.width, webcam.height)) / 640;
    this.#blur = `blur(${Math.max(MIN_BLUR_PX, blurPx).toFixed(2)}px)`;
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
    Lens.shared().print(scene, camera, target);
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
    const { gain } = this.#sensor;
    if (Math.abs(gain / this.#backdropGain - 1) > BACKDROP_GAIN) this.#takeBackdrop(gain);
    moments.forEach((arrange, i) => {
      arrange();
      this.#camera.layers.set(0);
      this.#moment.filter = 'none';
      this.#moment.drawImage(this.#backdrop.canvas, 0, 0);
      this.#draw(this.#moment, gain);
      this.#film.globalAlpha = 1 / (i + 1);
      this.#film.drawImage(this.#moment.canvas, 0, 0);
    });
    this.#film.globalAlpha = 1;
    return this.#film.getImageData(0, 0, width, height);
  }

  /** It fills most of the picture and stays as it is: to draw it in each frame would cost a third of the rendering. */
  #takeBackdrop(gain: number): void {
    this.#backdropGain = gain;
    this.#camera.layers.set(BACKDROP);
    this.#backdrop.filter = 'none';
    this.#backdrop.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.#draw(this.#backdrop, gain);
  }

  /** What the camera sees on its layer, blurred as its lens does, over what is on a picture. */
  #draw(on: OffscreenCanvasRenderingContext2D, gain: number): void {
    const lens = Lens.shared();
    lens.expose(this.world, this.#camera, this.canvas, gain);
    on.filter = this.#blur;
    on.drawImage(lens.canvas, 0, 0);
  }

  /** People are not the studio's: they go with who brought them. */
  dispose(): void {
    for (const target of this.#portraits) target.dispose();
    throwAway(this.desk);
  }
}

function picture({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error('no 2D canvas');
  return context;
}
