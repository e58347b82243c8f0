import {
  DEG_PER_RAD,
  rotationOf,
  vectorOf,
  type Direction,
  type HeadPose,
} from '../../src/attention/worker/geometry.ts';

/** The angle of the one rotation that takes a pose into the other, 0..180 degrees. */
export function geodesicDeg(a: HeadPose, b: HeadPose): number {
  // By the distance of the matrices and not by the trace, whose arc cosine loses all digits near zero.
  const distance = distanceOf(rotationOf(a).flat(), rotationOf(b).flat());
  return 2 * Math.asin(Math.min(1, distance / Math.sqrt(8))) * DEG_PER_RAD;
}

/** The angle between two directions, 0..180 degrees. */
export function betweenDirectionsDeg(a: Direction, b: Direction): number {
  return 2 * Math.asin(Math.min(1, distanceOf(vectorOf(a), vectorOf(b)) / 2)) * DEG_PER_RAD;
}

/** How far two angles are apart, 0..180 degrees. */
export function angleErrorDeg(a: number, b: number): number {
  const apart = Math.abs(a - b) % 360;
  return apart > 180 ? 360 - apart : apart;
}

function distanceOf(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
}
