import type { FaceReading } from './face-reading.ts';
import { clamp, DEG_PER_RAD, rotated, rotationOf, type Vector3, vectorOf } from './geometry.ts';

/** What one eye does, as the model's eye head reads it. */
export interface EyeLook {
  /** Where it looks in the head, in degrees. */
  readonly outwardDeg: number;
  readonly upDeg: number;
  /** How far its lids are open: 1 as far as the person opens them, 0 closed. */
  readonly open: number;
}

export interface EyeLooks {
  readonly left: EyeLook;
  readonly right: EyeLook;
}

/**
 * Direction of the gaze against the line to the lens, as a unit vector: along z when somebody looks into the lens. No person's own
 * baseline is in it.
 */
export function gazeOffLens({ offLens }: FaceReading, { left, right }: EyeLooks): Vector3 {
  const weights = eyeWeights(offLens.yawDeg);
  const yawDeg = weights.left * left.outwardDeg - weights.right * right.outwardDeg;
  const pitchDeg = weights.left * left.upDeg + weights.right * right.upDeg;
  // An eye does not turn further than this in its socket; beyond it the model is wrong.
  const inHead = vectorOf({ yawDeg: clamp(yawDeg, -45, 45), pitchDeg: clamp(pitchDeg, -40, 40) });
  return rotated(rotationOf(offLens), inHead);
}

/** What each eye counts: the far eye of a turned head is narrow and half hidden by the nose. They sum to 1. */
export function eyeWeights(headYawDeg: number): { readonly left: number; readonly right: number } {
  // An eye's socket faces outward by about 20 degrees: who turns to the left shows the right eye.
  const left = eyeWeight(headYawDeg + 20);
  const right = eyeWeight(headYawDeg - 20);
  return { left: left / (left + right), right: right / (left + right) };
}

function eyeWeight(turnDeg: number): number {
  return Math.max(0.05, Math.cos(clamp(turnDeg, -85, 85) / DEG_PER_RAD));
}
