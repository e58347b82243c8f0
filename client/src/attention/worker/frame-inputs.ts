import type { Aim } from './aim.ts';
import type { FaceObservables } from './observables.ts';
import type { PictureQuality } from './picture-quality.ts';

/** Names and order of what the model's frame head takes; analytics/training/features.py computes the same. */
export const FRAME_INPUT_NAMES = [
  'gazeYawAbs',
  'gazePitch',
  'headYawAlongGaze',
  'headPitch',
  'openness',
  'size',
  'light',
  'sharpness',
  'trust',
] as const;

/**
 * One face as the model takes it. Left and right are the same to it: yaw is given as the gaze's distance and the head's share of it.
 * `trust`: how much of the person's own middle is taken out of the aim, 0 for most people's.
 */
export function frameInputs(face: FaceObservables, aim: Aim, picture: PictureQuality, trust: number): number[] {
  return [
    Math.abs(aim.gazeYawDeg),
    aim.gazePitchDeg,
    aim.gazeYawDeg < 0 ? -aim.headYawDeg : aim.headYawDeg,
    aim.headPitchDeg,
    face.openness,
    face.size,
    picture.light,
    picture.sharpness,
    trust,
  ];
}
