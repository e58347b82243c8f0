import type { Vector3 } from 'three';
import type { Random } from '../random.ts';
import { pointOn, type ScreenPlane } from '../scenes/screen-plane.ts';
import { deskPoint, type SceneSpec } from '../scenes/scene.ts';

/** What somebody does for a while. */
export const BEHAVIOURS = [
  'slides',
  'teacher',
  'still',
  'declared-screen',
  'notes',
  'keyboard',
  'phone',
  'second-screen',
  'neighbour',
  'aloft',
  'around',
  'eyes-aside',
  'far-aside',
  'dozing',
  'gone',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

type Range = readonly [number, number];

/** How a behaviour is done. */
export interface Manner {
  /** Share of the turn that the head makes, the eyes make the rest: sideways, and up or down. */
  readonly headYaw: Range;
  readonly headPitch: Range;
  /** How long the eyes rest on one place. */
  readonly fixationMs: Range;
  readonly blinksPerMinute: Range;
  /** Tremor and sway against somebody who sits at ease. */
  readonly liveliness: number;
}

const ON_SCREEN: Manner = {
  headYaw: [0.4, 0.95],
  headPitch: [0.2, 0.7],
  fixationMs: [250, 1800],
  blinksPerMinute: [10, 22],
  liveliness: 1,
};

export const MANNERS: Readonly<Record<Behaviour, Manner>> = {
  slides: { ...ON_SCREEN, headYaw: [0.3, 0.9], fixationMs: [200, 420], blinksPerMinute: [8, 14] },
  teacher: { ...ON_SCREEN, fixationMs: [500, 2000] },
  still: { ...ON_SCREEN, fixationMs: [1500, 6000], blinksPerMinute: [3, 8], liveliness: 0.22 },
  'declared-screen': { ...ON_SCREEN, headYaw: [0.5, 0.95], headPitch: [0.4, 0.9], fixationMs: [220, 900] },
  notes: {
    headYaw: [0.4, 0.9],
    headPitch: [0.35, 0.75],
    fixationMs: [220, 600],
    blinksPerMinute: [8, 16],
    liveliness: 1.2,
  },
  keyboard: {
    headYaw: [0.3, 0.8],
    headPitch: [0.3, 0.75],
    fixationMs: [200, 700],
    blinksPerMinute: [8, 18],
    liveliness: 1.3,
  },
  phone: {
    headYaw: [0.6, 1],
    headPitch: [0.45, 0.85],
    fixationMs: [220, 900],
    blinksPerMinute: [8, 15],
    liveliness: 0.8,
  },
  'second-screen': {
    headYaw: [0.55, 0.95],
    headPitch: [0.4, 0.9],
    fixationMs: [220, 1200],
    blinksPerMinute: [8, 20],
    liveliness: 1,
  },
  neighbour: {
    headYaw: [0.7, 0.95],
    headPitch: [0.6, 1],
    fixationMs: [500, 2000],
    blinksPerMinute: [15, 25],
    liveliness: 1.8,
  },
  aloft: {
    headYaw: [0.4, 0.9],
    headPitch: [0.4, 0.9],
    fixationMs: [400, 2000],
    blinksPerMinute: [12, 25],
    liveliness: 1.2,
  },
  around: {
    headYaw: [0.5, 0.95],
    headPitch: [0.4, 0.9],
    fixationMs: [300, 1500],
    blinksPerMinute: [14, 25],
    liveliness: 1.5,
  },
  'eyes-aside': {
    headYaw: [0, 0.15],
    headPitch: [0, 0.2],
    fixationMs: [400, 2000],
    blinksPerMinute: [10, 22],
    liveliness: 0.8,
  },
  'far-aside': {
    headYaw: [0.7, 0.9],
    headPitch: [0.5, 0.9],
    fixationMs: [300, 1500],
    blinksPerMinute: [10, 20],
    liveliness: 0.9,
  },
  dozing: {
    headYaw: [0.5, 0.9],
    headPitch: [0.6, 0.9],
    fixationMs: [2000, 6000],
    blinksPerMinute: [5, 12],
    liveliness: 0.5,
  },
  gone: {
    headYaw: [0.5, 0.9],
    headPitch: [0.5, 0.9],
    fixationMs: [500, 2000],
    blinksPerMinute: [10, 20],
    liveliness: 1,
  },
};

/** Picks what is looked at next while a behaviour lasts. Keeps its place in the text and its side. */
export class Targets {
  readonly #scene: SceneSpec;
  readonly #random: Random;
  readonly #behaviour: Behaviour;
  readonly #side: 1 | -1;
  /** The middle of what this stretch is about, in -1..1 of a screen or in centimetres. */
  readonly #about: readonly [number, number];
  #column = -0.8;
  #line = 0.7;

  constructor(behaviour: Behaviour, scene: SceneSpec, random: Random) {
    this.#behaviour = behaviour;
    this.#scene = scene;
    this.#random = random;
    this.#side = random.pick([-1, 1] as const);
    this.#about = [random.between(-0.8, 0.8), random.between(-0.8, 0.8)];
  }

  next(): Vector3 {
    const random = this.#random;
    const between = (low: number, high: number): number => random.between(low, high);
    const normal = (sd: number): number => random.normal(sd);
    const scene = this.#scene;
    const onDesk = (x: number, y: number, z: number): Vector3 => deskPoint(scene, x, y, z);
    switch (this.#behaviour) {
      case 'slides':
        return this.#read(scene.classScreen, 0.25);
      case 'teacher':
      case 'still':
      case 'gone':
        return near(scene.classScreen, this.#about, this.#behaviour === 'still' ? 0.05 : 0.15, this.#random);
      case 'declared-screen':
        return this.#read(scene.declared?.screen ?? scene.classScreen, 0.4);
      case 'second-screen':
        return this.#read(scene.otherScreen, 0.4);
      case 'notes':
        return onDesk(
          this.#side * 13 + this.#about[0] * 9 + normal(3),
          -40 + 5 * this.#about[1] + normal(1),
          24 + normal(4),
        );
      case 'keyboard':
        return onDesk(normal(7), -37 + 4 * this.#about[1] + normal(1), 30 + normal(4));
      case 'phone':
        return onDesk(this.#about[0] * 12 + normal(1.5), -46 + 7 * this.#about[1] + normal(1.5), 18 + normal(2));
      case 'neighbour':
        return onDesk(this.#side * between(65, 105), between(-9, 9), 12 + 25 * this.#about[1] + normal(5));
      case 'aloft':
        return onDesk(50 * this.#about[0] + normal(8), between(38, 75), 60 + normal(6));
      case 'around':
        return onDesk(between(-110, 110), between(-20, 50), between(10, 80));
      case 'eyes-aside':
        return this.#besideScreen(between(4, 20));
      case 'far-aside':
        return onDesk(this.#side * 62 + normal(4), normal(8), 34 + normal(3));
      case 'dozing':
        return onDesk(normal(6), between(-45, -18), 45);
    }
  }

  /** Along lines of text, with a jump now and then. */
  #read(screen: ScreenPlane, jumping: number): Vector3 {
    const random = this.#random;
    if (random.chance(jumping * 0.3)) {
      this.#column = random.between(-0.95, 0.6);
      this.#line = random.between(-0.95, 0.95);
    }
    this.#column += random.between(0.06, 0.2);
    if (this.#column > 0.95) {
      this.#column = random.between(-0.9, -0.6);
      this.#line -= random.between(0.08, 0.2);
      if (this.#line < -0.95) this.#line = random.between(0.3, 0.95);
    }
    return pointOn(screen, this.#column, this.#line);
  }

  /** Past the left, right or upper edge by this much more than the margin. */
  #besideScreen(beyondCm: number): Vector3 {
    const { classScreen, declared } = this.#scene;
    const out = 3 + beyondCm;
    if (this.#about[0] > 0.4 && declared?.place !== 'above') {
      return pointOn(classScreen, this.#about[1], 1 + out / classScreen.halfHeightCm);
    }
    const side = declared?.place === 'left' ? -1 : declared?.place === 'right' ? 1 : this.#side;
    return pointOn(classScreen, side * (1 + out / classScreen.halfWidthCm), this.#about[1]);
  }
}

function near(screen: ScreenPlane, about: readonly [number, number], spread: number, random: Random): Vector3 {
  const within = (value: number): number => Math.min(0.98, Math.max(-0.98, value + random.normal(spread)));
  return pointOn(screen, within(about[0]), within(about[1]));
}
