import fit from './gaze-fit.json' with { type: 'json' };
import type { FaceReading } from './face-reading.ts';
import { clamp, DEG_PER_RAD, rotated, rotationOf, type Vector3, vectorOf } from './geometry.ts';

/** Where one eye looks in the head, in degrees. */
interface EyeDirection {
  readonly outwardDeg: number;
  readonly upDeg: number;
}

/**
 * Direction of the gaze against the line to the lens, as a unit vector: along z when somebody looks into the lens. How the points of
 * an eye and the turn of the head become a direction is fitted by ridge regression on the synthetic lab's training identities, one
 * fit for both eyes, mirrored; analytics/training/gaze.py writes it. No person's own baseline is in it.
 */
export function gazeOffLens({ offLens, left, right }: FaceReading): Vector3 {
  const weights = eyeWeights(offLens.yawDeg);
  const l = eyeDirection(left, [offLens.yawDeg, offLens.pitchDeg, offLens.rollDeg]);
  const r = eyeDirection(right, [-offLens.yawDeg, offLens.pitchDeg, -offLens.rollDeg]);
  const yawDeg = weights.left * l.outwardDeg - weights.right * r.outwardDeg;
  const pitchDeg = weights.left * l.upDeg + weights.right * r.upDeg;
  // An eye does not turn further than this in its socket; beyond it the landmarks are wrong.
  const inHead = vectorOf({ yawDeg: clamp(yawDeg, -45, 45), pitchDeg: clamp(pitchDeg, -40, 40) });
  return rotated(rotationOf(offLens), inHead);
}

/** What each eye counts: the far eye of a turned head is narrow and half hidden by the nose. They sum to 1. */
export function eyeWeights(headYawDeg: number): { readonly left: number; readonly right: number } {
  const left = eyeWeight(headYawDeg - 20);
  const right = eyeWeight(headYawDeg + 20);
  return { left: left / (left + right), right: right / (left + right) };
}

function eyeWeight(turnDeg: number): number {
  return Math.max(0.05, Math.cos(clamp(turnDeg, -85, 85) / DEG_PER_RAD));
}

function eyeDirection(points: readonly number[], head: readonly [number, number, number]): EyeDirection {
  const inputs = [...points, ...head.map((degrees) => degrees / 30)];
  return { outwardDeg: weighted(inputs, fit.outward), upDeg: weighted(inputs, fit.up) };
}

function weighted(
  inputs: readonly number[],
  { weights, bias }: { readonly weights: readonly number[]; readonly bias: number },
): number {
  return inputs.reduce((sum, input, i) => sum + input * (weights[i] ?? 0), bias);
}
