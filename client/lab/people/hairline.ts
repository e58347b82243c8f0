import { mix, smoothstep } from './noise.ts';

/** The point of the head that hair, covers and their edges are seen from; mean-head centimetres. */
export const HEAD_MIDDLE = [0, 3, 1] as const;

/** Where hair begins, in degrees of elevation seen from the head's middle, by degrees of azimuth from the front. */
const HAIRLINE: Line = [
  [0, 37],
  [30, 36],
  [48, 30],
  [58, 16],
  [66, 2],
  [73, 6],
  [80, 17],
  [92, 19],
  [101, 10],
  [110, -8],
  [128, -28],
  [180, -36],
];
/** The same where hair hangs over the ears. */
const OVER_EARS: Line = [
  [0, 37],
  [30, 36],
  [46, 30],
  [56, 10],
  [62, -16],
  [70, -36],
  [180, -46],
];

/** Azimuth (0 in front, positive to the subject's left) and elevation of a point seen from the head's middle, degrees. */
export function headAngles(
  x: number,
  y: number,
  z: number,
): { readonly azimuthDeg: number; readonly elevationDeg: number } {
  const [dx, dy, dz] = [x - HEAD_MIDDLE[0], y - HEAD_MIDDLE[1], z - HEAD_MIDDLE[2]];
  return {
    azimuthDeg: (Math.atan2(dx, dz) * 180) / Math.PI,
    elevationDeg: (Math.atan2(dy, Math.hypot(dx, dz)) * 180) / Math.PI,
  };
}

/** How far inside the hair a direction lies, in degrees over the hairline. */
export function overHairline(azimuthDeg: number, elevationDeg: number, overEars: boolean): number {
  return elevationDeg - along(overEars ? OVER_EARS : HAIRLINE, Math.abs(azimuthDeg));
}

/** Corners of a broken line, x ascending. */
export type Line = readonly (readonly [number, number])[];

/** A broken line's value at x. */
export function along(line: Line, x: number): number {
  let previous = line[0] ?? [0, 0];
  for (const point of line) {
    if (x <= point[0]) {
      if (point[0] === previous[0]) return point[1];
      return mix(previous[1], point[1], (x - previous[0]) / (point[0] - previous[0]));
    }
    previous = point;
  }
  return previous[1];
}

/** 0..1: how much of a beard grows at a point of the mean face. */
export function beardAt(x: number, y: number, z: number, moustacheOnly: boolean): number {
  if (z < 1.5 || y < -10.5 || y > 3.5) return 0;
  const aside = Math.abs(x);
  const top = -1.55 - 0.16 * aside * aside;
  const moustache =
    z > 8 ? smoothstep(3.3, 2.3, aside) * smoothstep(top + 0.25, top - 0.3, y) * smoothstep(-4.6, -3.4, y) : 0;
  if (moustacheOnly) return moustache * smoothstep(-3.7, -2.9, y);
  const upper = along(UPPER_EDGE, aside);
  const cheek = smoothstep(upper + 0.6, upper - 0.8, y) * smoothstep(-10.4, -8.6, y) * smoothstep(1.5, 3.2, z);
  return Math.max(moustache, cheek);
}

const UPPER_EDGE: Line = [
  [0, -4.7],
  [1.2, -4.6],
  [2.4, -3.9],
  [3, -2.7],
  [4.6, -2.9],
  [5.8, -1.6],
  [6.5, 0.8],
  [7, 3.2],
];
