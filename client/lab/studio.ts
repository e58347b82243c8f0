import {
  AmbientLight,
  BoxGeometry,
  Color,
  DirectionalLight,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
  SRGBColorSpace,
} from 'three';
import type { Person } from './people/person.ts';
import type { Random } from './random.ts';

/** The room of one clip, drawn by seed. */
export interface Room {
  /** Where the eyes are, in camera centimetres (x to the subject's left, y up, z towards the camera: negative). */
  readonly eyes: Vector3;
  /** The class screen, in the camera's plane: it stands above the middle of its upper edge, or beside that. */
  readonly screen: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** Light level, 1 normal, below 0.1 dark. */
  readonly level: number;
}

/** How far beside the screen still counts as on it, in centimetres. */
export const SCREEN_MARGIN_CM = 3;

export interface StudioSize {
  readonly width: number;
  readonly height: number;
}

/** Draws a room: where the person sits, how big the screen is, where the camera stands over it. */
export function drawRoom(random: Random, level = random.between(0.5, 1.3)): Room {
  const laptop = random.chance(0.6);
  const halfWidth = laptop ? random.between(14, 18) : random.between(22, 30);
  const depth = laptop ? random.between(42, 68) : random.between(58, 88);
  const aside = !laptop && random.chance(0.3) ? random.between(-14, 14) : 0;
  const above = random.between(0.5, 3);
  return {
    eyes: new Vector3(random.normal(4), random.between(-6, 5), -depth),
    screen: { left: aside - halfWidth, right: aside + halfWidth, top: -above, bottom: -above - halfWidth * 1.15 },
    level,
  };
}

/** A lit scene with one webcam, rendered off screen by WebGL. */
export class Studio {
  readonly canvas: OffscreenCanvas;
  readonly #renderer: WebGLRenderer;
  readonly #random: Random;
  readonly #scene = new Scene();
  readonly #camera: PerspectiveCamera;

  constructor(size: StudioSize, room: Room, random: Random) {
    this.#random = random;
    this.canvas = new OffscreenCanvas(size.width, size.height);
    this.#renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true, preserveDrawingBuffer: true });
    this.#renderer.setSize(size.width, size.height, false);
    this.#renderer.outputColorSpace = SRGBColorSpace;
    this.#camera = new PerspectiveCamera(random.between(38, 56), size.width / size.height, 1, 500);
    this.#furnish(room);
    this.#light(room);
  }

  add(person: Person): void {
    this.#scene.add(person.object);
  }

  remove(person: Person): void {
    this.#scene.remove(person.object);
  }

  render(): void {
    this.#renderer.render(this.#scene, this.#camera);
  }

  dispose(): void {
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  #furnish(room: Room): void {
    const random = this.#random;
    const wall = new Color().setHSL(random.between(0, 1), random.between(0, 0.3), random.between(0.25, 0.8));
    this.#scene.background = wall.clone().multiplyScalar(Math.min(1, room.level * 0.9));
    const count = Math.floor(random.between(4, 10));
    for (let i = 0; i < count; i++) {
      const box = new Mesh(
        new BoxGeometry(random.between(10, 60), random.between(10, 80), 4),
        new MeshLambertMaterial({
          color: new Color().setHSL(random.between(0, 1), random.between(0, 0.5), random.between(0.15, 0.8)),
        }),
      );
      box.position.set(random.between(-110, 110), random.between(-70, 70), random.between(-220, -150));
      this.#scene.add(box);
    }
  }

  #light(room: Room): void {
    const random = this.#random;
    this.#scene.add(new AmbientLight(0xffffff, random.between(0.5, 1.1) * room.level));
    const main = new DirectionalLight(
      new Color().setHSL(random.between(0.05, 0.14), 0.2, 0.9),
      random.between(0.8, 2) * room.level,
    );
    main.position.set(random.between(-60, 60), random.between(10, 80), random.between(0, 60));
    const glow = new DirectionalLight(0xcfdcff, random.between(0.1, 0.5) * Math.min(1, room.level * 1.5));
    glow.position.set(0, -10, 30);
    this.#scene.add(main, glow);
  }
}
