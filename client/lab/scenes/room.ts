import {
  BoxGeometry,
  CanvasTexture,
  Color,
  Group,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  MirroredRepeatWrapping,
  PlaneGeometry,
  SRGBColorSpace,
  type Texture,
} from 'three';
import { seeded, seedOf, type Random } from '../random.ts';
import { FALLS } from './lights.ts';
import type { SceneSpec } from './scene.ts';

/** Layer of what stands still behind everybody. */
export const BACKDROP = 1;
const WALL = { width: 512, height: 384 };

/**
 * What stands behind the person, on the desk's axes with the eyes at ease in the middle: a wall with what hangs and stands there, a
 * chair. `poster` is the picture of a face that hangs there, if any.
 */
export function buildRoom(scene: SceneSpec, poster: Texture | null): Group {
  const random = seeded(seedOf('room', scene.seed));
  const room = new Group();
  const behind = (mesh: Mesh): void => {
    mesh.layers.set(BACKDROP);
    room.add(mesh);
  };
  const awayCm = random.between(70, 220);
  const sizeCm = random.between(1.6, 2.6) * (awayCm + 60);
  // Lit evenly, by hand: it fills most of the picture, and shading it would cost half of the rendering.
  const wall = new Mesh(
    new PlaneGeometry(3 * sizeCm, (3 * sizeCm * WALL.height) / WALL.width),
    new MeshBasicMaterial({ map: paintWall(scene, random), color: wallLight(scene, random) }),
  );
  wall.position.set(random.between(-30, 30), random.between(-10, 30), -awayCm);
  behind(wall);
  room.add(chair(random));
  if (scene.light === 'window-behind' || scene.background === 'window') {
    const isBright = scene.light === 'window-behind';
    const window = new Mesh(
      new PlaneGeometry(random.between(60, 130), random.between(70, 130)),
      new MeshBasicMaterial({
        color: new Color(0.75, 0.87, 1).multiplyScalar(isBright ? random.between(1.5, 3.5) : daylight(scene)),
      }),
    );
    window.position.set(random.between(-70, 70), random.between(10, 50), -awayCm + 1);
    behind(window);
  }
  if (poster !== null) {
    const heightCm = random.between(22, 55);
    const picture = new Mesh(
      new PlaneGeometry(heightCm * 0.75, heightCm),
      new MeshLambertMaterial({ map: poster, emissive: 0x000000 }),
    );
    picture.position.set(random.pick([-1, 1]) * random.between(26, 60), random.between(0, 35), -awayCm + 2);
    behind(picture);
  }
  return room;
}

function wallLight(scene: SceneSpec, random: Random): Color {
  const { around, beam, colour } = FALLS[scene.light];
  const reached = scene.light === 'window-behind' ? 0 : random.between(0.2, 0.5);
  return new Color(...colour).lerp(new Color(1, 1, 1), 0.4).multiplyScalar((around + beam * reached) / Math.PI);
}

function daylight(scene: SceneSpec): number {
  return scene.lightGroup === 'even' ? 0.7 : scene.lightGroup === 'harsh' ? 0.45 : 0.004;
}

function chair(random: Random): Mesh {
  const back = new Mesh(
    new BoxGeometry(random.between(38, 52), random.between(45, 70), 6),
    new MeshLambertMaterial({ color: anyColour(random, [0.05, 0.4]) }),
  );
  back.position.set(random.between(-4, 4), random.between(-62, -40), -24);
  return back;
}

function anyColour(random: Random, lightness: readonly [number, number]): Color {
  return new Color().setHSL(random.between(0, 1), random.between(0, 0.5), random.between(...lightness));
}

function paintWall(scene: SceneSpec, random: Random): Texture {
  const canvas = new OffscreenCanvas(WALL.width, WALL.height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  const base = anyColour(random, [0.25, 0.85]);
  context.fillStyle = base.getStyle();
  context.fillRect(0, 0, WALL.width, WALL.height);
  const shade = context.createLinearGradient(0, 0, random.between(-200, 700), WALL.height);
  shade.addColorStop(0, 'rgba(255,255,255,0.12)');
  shade.addColorStop(1, 'rgba(0,0,0,0.28)');
  context.fillStyle = shade;
  context.fillRect(0, 0, WALL.width, WALL.height);
  DRESSINGS[scene.background](context, random);
  // Plaster and cloth are never quite even.
  for (let i = 0; i < 900; i++) {
    context.fillStyle = random.chance(0.5) ? 'rgba(255,255,255,0.03)' : 'rgba(0,0,0,0.035)';
    context.fillRect(
      random.between(0, WALL.width),
      random.between(0, WALL.height),
      random.between(1, 9),
      random.between(1, 9),
    );
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.wrapS = MirroredRepeatWrapping;
  texture.wrapT = MirroredRepeatWrapping;
  texture.repeat.set(3, 3);
  texture.offset.set(1, 1);
  return texture;
}

type Context = OffscreenCanvasRenderingContext2D;

const DRESSINGS: Readonly<Record<SceneSpec['background'], (context: Context, random: Random) => void>> = {
  plain: (context, random) => {
    frames(context, random, random.between(0, 3));
  },
  shelf: (context, random) => {
    const top = random.between(30, 120);
    for (let row = 0; row < 4; row++) {
      const y = top + row * 62;
      context.fillStyle = anyColour(random, [0.12, 0.4]).getStyle();
      context.fillRect(40, y + 50, 430, 6);
      for (let x = 44; x < 460; x += random.between(5, 16)) {
        if (random.chance(0.15)) continue;
        const height = random.between(26, 50);
        context.fillStyle = anyColour(random, [0.1, 0.75]).getStyle();
        context.fillRect(x, y + 50 - height, random.between(4, 12), height);
      }
    }
  },
  window: (context, random) => {
    frames(context, random, random.between(1, 4));
  },
  door: (context, random) => {
    const x = random.between(40, 380);
    context.fillStyle = anyColour(random, [0.3, 0.8]).getStyle();
    context.fillRect(x, 70, 95, 314);
    context.strokeStyle = 'rgba(0,0,0,0.4)';
    context.lineWidth = 3;
    context.strokeRect(x, 70, 95, 314);
    context.fillStyle = '#999';
    context.fillRect(x + 80, 225, 9, 5);
    frames(context, random, random.between(0, 2));
  },
  curtain: (context, random) => {
    const colour = anyColour(random, [0.2, 0.7]);
    for (let x = 0; x < WALL.width; x += random.between(9, 24)) {
      context.fillStyle = colour.clone().multiplyScalar(random.between(0.6, 1.25)).getStyle();
      context.fillRect(x, 0, 24, WALL.height);
    }
  },
};

function frames(context: Context, random: Random, count: number): void {
  for (let i = 0; i < count; i++) {
    const [x, y] = [random.between(20, 420), random.between(40, 220)];
    const [width, height] = [random.between(30, 90), random.between(30, 110)];
    context.fillStyle = anyColour(random, [0.05, 0.3]).getStyle();
    context.fillRect(x, y, width, height);
    for (let stroke = 0; stroke < 14; stroke++) {
      context.fillStyle = anyColour(random, [0.2, 0.9]).getStyle();
      context.fillRect(
        x + 4 + random.between(0, width * 0.6),
        y + 4 + random.between(0, height * 0.6),
        random.between(2, width * 0.3),
        random.between(2, height * 0.3),
      );
    }
  }
}
