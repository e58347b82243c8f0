import type { Side } from './eye-axes.ts';
import { LID_SAMPLES_DEG } from './eye-material.ts';
import type { IctHead } from './ict-head.ts';
import { headSide } from './sides.ts';
import type { FaceState } from './face-state.ts';

const DEG = 180 / Math.PI;
/** Skin nearer to the eyeball's middle than this lies on the eyeball. */
const LID_REACH_CM = 1.75;
const REST_REACH_CM = 2.1;
/** Skin of the lids stays this far off the middle of the eyeball's mesh, which is drawn at `PROXY_CM`. */
const SKIN_CM = 1.53;
export const PROXY_CM = 1.5;

/** The edges of one eye's lids. */
export interface LidEdges {
  /** Elevations at the sampled places, degrees. */
  readonly upper: number[];
  readonly lower: number[];
}

interface EyeSkin {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

const edgesOf = new WeakMap<IctHead, Readonly<Record<Side, EyeSkin>>>();

/** One person's lids: how far a blink has to go to close them, and where their edges stand. */
export class Lids {
  readonly #edges: Readonly<Record<Side, EyeSkin>>;
  readonly #skin: Readonly<Record<Side, Uint32Array>>;
  readonly #centres: Readonly<Record<Side, readonly [number, number, number]>>;
  readonly #closing: Readonly<Record<Side, number>>;

  constructor(head: IctHead, identity: Float32Array) {
    const known = edgesOf.get(head) ?? {
      left: findEdges(head, 'left'),
      right: findEdges(head, 'right'),
    };
    edgesOf.set(head, known);
    this.#edges = known;
    this.#centres = { left: head.eyeCentre(identity, 'Left'), right: head.eyeCentre(identity, 'Right') };
    this.#skin = {
      left: skinNear(head, identity, this.#centres.left),
      right: skinNear(head, identity, this.#centres.right),
    };
    const closing = (side: Side): number => {
      const closed = identity.slice();
      head.express(closed, { [`eyeBlink_${side === 'left' ? 'L' : 'R'}`]: 1 });
      const open = meanGap(this.edges(identity, side));
      return Math.min(1.6, Math.max(0.5, open / Math.max(1, open - meanGap(this.edges(closed, side)))));
    };
    this.#closing = { left: closing('left'), right: closing('right') };
  }

  /** Lids follow the eyes; closed they meet, whatever the shape. */
  expression(state: FaceState): Record<string, number> {
    const share = (deg: number, full: number): number => Math.min(1, Math.max(0, deg / full));
    const closing = Math.min(1, Math.max(0, state.lids));
    const weights: Record<string, number> = {};
    for (const side of ['left', 'right'] as const) {
      const letter = side === 'left' ? 'L' : 'R';
      const outward = side === 'left' ? state.eyeYawDeg : -state.eyeYawDeg;
      weights[`eyeBlink_${letter}`] = closing * this.#closing[side];
      weights[`eyeLookUp_${letter}`] = share(state.eyePitchDeg, 30) * (1 - closing);
      weights[`eyeLookDown_${letter}`] = share(-state.eyePitchDeg, 35) * (1 - closing);
      weights[`eyeLookOut_${letter}`] = share(outward, 40) * (1 - closing);
      weights[`eyeLookIn_${letter}`] = share(-outward, 40) * (1 - closing);
      weights[`eyeSquint_${letter}`] = (state.squint ?? 0) * (1 - closing);
    }
    return weights;
  }

  /** Keeps the lids' skin outside the eyeballs, in place. */
  keepOutside(positions: Float32Array): void {
    for (const side of ['left', 'right'] as const) {
      const [cx, cy, cz] = this.#centres[side];
      for (const i of this.#skin[side]) {
        const [x, y, z] = [
          (positions[i * 3] ?? 0) - cx,
          (positions[i * 3 + 1] ?? 0) - cy,
          (positions[i * 3 + 2] ?? 0) - cz,
        ];
        const radius = Math.hypot(x, y, z);
        if (radius >= SKIN_CM || z < 0) continue;
        const out = SKIN_CM / radius;
        positions[i * 3] = cx + x * out;
        positions[i * 3 + 1] = cy + y * out;
        positions[i * 3 + 2] = cz + z * out;
      }
    }
  }

  edges(positions: Float32Array, side: Side): LidEdges {
    const [, cy] = this.#centres[side];
    const centre = this.#centres[side];
    const elevation = (i: number): number => {
      const [x, y, z] = [0, 1, 2].map((axis) => (positions[i * 3 + axis] ?? 0) - (centre[axis] ?? 0));
      return Math.asin(((positions[i * 3 + 1] ?? 0) - cy) / Math.hypot(x ?? 0, y ?? 0, z ?? 1)) * DEG;
    };
    return { upper: this.#edges[side].upper.map(elevation), lower: this.#edges[side].lower.map(elevation) };
  }
}

/** Mean opening over the middle of the eye, degrees round the eyeball. */
function meanGap({ upper, lower }: LidEdges): number {
  const middle = [2, 3, 4, 5];
  return middle.reduce((sum, i) => sum + (upper[i] ?? 0) - (lower[i] ?? 0), 0) / middle.length;
}

/** For each sampled place the lid's point that stands nearest to the opening on the mean head. */
function findEdges(head: IctHead, side: Side): EyeSkin {
  const [cx, cy, cz] = head.eyeCentre(head.mean, headSide(side));
  const temple = side === 'left' ? 1 : -1;
  const upper = LID_SAMPLES_DEG.map(() => ({ index: 0, elevationDeg: 90 }));
  const lower = LID_SAMPLES_DEG.map(() => ({ index: 0, elevationDeg: -90 }));
  for (const i of new Set(head.positionTriangles(['M_Face']))) {
    const [x, y, z] = [
      ((head.mean[i * 3] ?? 0) - cx) * temple,
      (head.mean[i * 3 + 1] ?? 0) - cy,
      (head.mean[i * 3 + 2] ?? 0) - cz,
    ];
    const radius = Math.hypot(x, y, z);
    if (radius > LID_REACH_CM || z < 0) continue;
    const azimuthDeg = Math.atan2(x, z) * DEG;
    const elevationDeg = Math.asin(y / radius) * DEG;
    LID_SAMPLES_DEG.forEach((sampleDeg, sample) => {
      if (Math.abs(azimuthDeg - sampleDeg) > 5) return;
      const middleDeg = -9;
      const lid = elevationDeg > middleDeg ? upper[sample] : lower[sample];
      if (lid === undefined || Math.abs(elevationDeg - middleDeg) > Math.abs(lid.elevationDeg - middleDeg)) return;
      lid.index = i;
      lid.elevationDeg = elevationDeg;
    });
  }
  return { upper: upper.map(({ index }) => index), lower: lower.map(({ index }) => index) };
}

function skinNear(head: IctHead, identity: Float32Array, centre: readonly [number, number, number]): Uint32Array {
  const near = [...new Set(head.positionTriangles(['M_Face']))].filter((i) => {
    const [x, y, z] = [0, 1, 2].map((axis) => (identity[i * 3 + axis] ?? 0) - centre[axis as 0 | 1 | 2]);
    return Math.hypot(x ?? 0, y ?? 0, z ?? 0) < REST_REACH_CM;
  });
  return Uint32Array.from(near);
}
