import type { HeadPose } from './geometry.ts';
import { EYE_LANDMARKS } from './landmarks.ts';

/** How many numbers stand beside an eye's picture. */
export const EYE_INPUT_COUNT = 2 * (EYE_LANDMARKS.left.lids.length + EYE_LANDMARKS.left.iris.length) + 3;

/**
 * What the model's eye head takes beside the picture: the eye's points as `FaceReading` has them, and how the head is turned, in units of 30 degrees. Both
 * eyes are alike to it: yaw and roll are positive outward. analytics/training/observables.py computes the same.
 */
export function eyeInputs(points: readonly number[], head: HeadPose, side: 'left' | 'right'): number[] {
  const outward = side === 'left' ? 1 : -1;
  return [...points, (outward * head.yawDeg) / 30, head.pitchDeg / 30, (outward * head.rollDeg) / 30];
}
