import fit from './gaze-fit.json' with { type: 'json' };
import { clamp, DEG_PER_RAD, rotated, rotationOf, type Vector3, vectorOf } from './geometry.ts';
import type { FaceReading } from './face-reading.ts';
import { IRIS_CENTRE } from './landmarks.ts';

/** Direction of the gaze against the line to the lens, as a unit vector: along z when somebody looks into the lens. */
export function gazeOffLens(reading: FaceReading, openness: number): Vector3 {
  const { offLens, left, right } = reading;
  const weights = [eyeWeight(offLens.yawDeg - 20), eyeWeight(offLens.yawDeg + 20)] as const;
  const mean = (l: number, r: number): number => (l * weights[0] + r * weights[1]) / (weights[0] + weights[1]);
  const irisX = mean(left[2 * IRIS_CENTRE] ?? 0, -(right[2 * IRIS_CENTRE] ?? 0));
  const irisY = mean(left[2 * IRIS_CENTRE + 1] ?? 0, right[2 * IRIS_CENTRE + 1] ?? 0);
  const eyeYawDeg = fit.yawPerX * irisX + fit.yawPerHeadYaw * offLens.yawDeg + fit.yawBias;
  const eyePitchDeg =
    fit.pitchPerY * irisY + fit.pitchPerOpenness * openness + fit.pitchPerHeadPitch * offLens.pitchDeg + fit.pitchBias;
  const inHead = vectorOf({ yawDeg: clamp(eyeYawDeg, -45, 45), pitchDeg: clamp(eyePitchDeg, -40, 40) });
  return rotated(rotationOf(offLens), inHead);
}

/** The far eye of a turned head is narrow and half hidden by the nose: its weight falls with the turn. */
function eyeWeight(turnDeg: number): number {
  return Math.max(0.05, Math.cos(clamp(turnDeg, -85, 85) / DEG_PER_RAD));
}
