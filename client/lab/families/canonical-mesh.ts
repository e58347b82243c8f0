import type { Random } from '../random.ts';

/** A face as the landmarker's own mesh has it, with holes where eyes and mouth open. Centimetres; x to the subject's left, z forward. */
export interface CanonicalMesh {
  /** Three numbers for each of the 468 points. */
  readonly positions: Float32Array;
  readonly uvs: Float32Array;
  readonly triangles: readonly number[];
}

interface EyeRing {
  readonly outer: number;
  readonly inner: number;
  /** From the outer corner to the inner one. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  /** The fold over the upper lid. */
  readonly fold: readonly number[];
}

export const EYE_RINGS: Readonly<Record<'left' | 'right', EyeRing>> = {
  right: {
    outer: 33,
    inner: 133,
    upper: [246, 161, 160, 159, 158, 157, 173],
    lower: [7, 163, 144, 145, 153, 154, 155],
    fold: [247, 30, 29, 27, 28, 56, 190],
  },
  left: {
    outer: 263,
    inner: 362,
    upper: [466, 388, 387, 386, 385, 384, 398],
    lower: [249, 390, 373, 374, 380, 381, 382],
    fold: [467, 260, 259, 257, 258, 286, 414],
  },
};

const INNER_UPPER_LIP = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];
const LOWER_LIP = [
  [95, 88, 178, 87, 14, 317, 402, 318, 324],
  [96, 89, 179, 86, 15, 316, 403, 319, 325],
  [77, 90, 180, 85, 16, 315, 404, 320, 307],
  [146, 91, 181, 84, 17, 314, 405, 321, 375],
] as const;

export const LIPS = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185];
export const BROWS = [
  [46, 53, 52, 65, 55, 107, 66, 105, 63, 70],
  [276, 283, 282, 295, 285, 336, 296, 334, 293, 300],
] as const;

/** The edge of the face, from the top of the forehead over the subject's left. */
export const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

const FACE_POINTS = 468;

/** Reads the mesh as it is published (Wavefront OBJ). Throws when it is another. */
export function readCanonicalMesh(obj: string): CanonicalMesh {
  const points: number[] = [];
  const maps: number[] = [];
  const uvs = new Float32Array(FACE_POINTS * 2);
  const triangles: number[] = [];
  const holes = [holeOf('left'), holeOf('right'), new Set([...INNER_UPPER_LIP, ...LOWER_LIP[0]])];
  for (const line of obj.split('\n')) {
    const [kind, ...values] = line.trim().split(/\s+/);
    if (kind === 'v') points.push(...values.slice(0, 3).map(Number));
    else if (kind === 'vt') maps.push(...values.slice(0, 2).map(Number));
    else if (kind === 'f') {
      const corners = values.map((value) => value.split('/').map((part) => Number(part) - 1));
      const indices = corners.map(([point = 0]) => point);
      for (const [point = 0, map = 0] of corners) {
        if (point < FACE_POINTS) uvs.set([maps[map * 2] ?? 0, maps[map * 2 + 1] ?? 0], point * 2);
      }
      if (indices.some((index) => index >= FACE_POINTS)) continue;
      if (holes.some((hole) => indices.every((index) => hole.has(index)))) continue;
      triangles.push(...indices);
    }
  }
  if (points.length < FACE_POINTS * 3) throw new Error('this is not the mesh of a face with 468 points');
  return { positions: Float32Array.from(points.slice(0, FACE_POINTS * 3)), uvs, triangles };
}

function holeOf(side: 'left' | 'right'): ReadonlySet<number> {
  const { outer, inner, upper, lower } = EYE_RINGS[side];
  return new Set([outer, inner, ...upper, ...lower]);
}

/** Another person: the mesh under a smooth warp drawn by seed, the same on both sides but for a little. */
export function warpFace(rest: Float32Array, random: Random): Float32Array {
  const scale = [1 + random.normal(0.045), 1 + random.normal(0.045), 1 + random.normal(0.06)] as const;
  const bumps = Array.from({ length: 9 }, () => ({
    at: [random.between(0, 7), random.between(-9, 9), random.between(1, 7)] as const,
    push: [random.normal(0.28), random.normal(0.28), random.normal(0.35)] as const,
    reach: random.between(2, 4.5),
    lopsided: 1 + random.normal(0.12),
  }));
  const warped = rest.slice();
  for (let i = 0; i < rest.length; i += 3) {
    const [x, y, z] = [rest[i] ?? 0, rest[i + 1] ?? 0, rest[i + 2] ?? 0];
    const out = [x * scale[0], y * scale[1], z * scale[2]] as [number, number, number];
    for (const { at, push, reach, lopsided } of bumps) {
      const distance = Math.hypot(Math.abs(x) - at[0], y - at[1], z - at[2]) / reach;
      const weight = Math.exp(-distance * distance) * (x < 0 ? lopsided : 1);
      // On the middle line nothing is pushed aside.
      out[0] += push[0] * weight * Math.sign(x) * Math.min(1, Math.abs(x));
      out[1] += push[1] * weight;
      out[2] += push[2] * weight;
    }
    warped.set(out, i);
  }
  return warped;
}

/** How much each point follows the jaw, 0..1. */
export function jawWeights(rest: Float32Array): Float32Array {
  const weights = new Float32Array(rest.length / 3);
  for (let i = 0; i < weights.length; i++) {
    const y = rest[i * 3 + 1] ?? 0;
    const z = rest[i * 3 + 2] ?? 0;
    weights[i] = smooth((-4.6 - y) / 1.6) * smooth((z + 1) / 3);
  }
  for (const row of LOWER_LIP) {
    row.forEach((index, i) => {
      // The corners of the mouth go half of the way.
      const fromCorner = Math.min(i, row.length - 1 - i);
      weights[index] = fromCorner === 0 ? 0.6 : fromCorner === 1 ? 0.85 : 1;
    });
  }
  return weights;
}

function smooth(share: number): number {
  const s = Math.min(1, Math.max(0, share));
  return s * s * (3 - 2 * s);
}
