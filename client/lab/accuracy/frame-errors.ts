import { countBlinks, type EventCounts, type Unfound } from '../../validation/figures/blinks.ts';
import type { HeadPose } from '../../src/attention/worker/geometry.ts';
import { angleErrorDeg, betweenDirectionsDeg, geodesicDeg } from '../../validation/figures/directions.ts';
import type { JudgedFrame } from './judged-clip.ts';

const MODERATE_YAW_DEG = 40;
/** Eyes that are nearly shut, in a blink or on the way there, look nowhere. */
const OPEN = 0.6;

/** The head is truly turned by no more than a class makes people turn it. */
export function isModerate({ truth }: JudgedFrame): boolean {
  return truth.yawDeg !== null && Math.abs(truth.yawDeg) <= MODERATE_YAW_DEG;
}

export function hasOpenEyes({ truth }: JudgedFrame): boolean {
  return (truth.eyeOpenLeft ?? 0) > OPEN && (truth.eyeOpenRight ?? 0) > OPEN;
}

/** Blinks of one clip; those of somebody who is turned far away cannot be seen. */
export function blinksOf(frames: readonly JudgedFrame[], unfound: Unfound): EventCounts {
  return countBlinks(
    frames.map((frame, i) => ({
      frame: i,
      said: frame.face === null && unfound === 'left out' ? null : frame.blink && isModerate(frame),
      truth: frame.truth.blink && isModerate(frame),
    })),
  );
}

export const POSE_AXES = ['yawDeg', 'pitchDeg', 'rollDeg'] as const;

export function axisError({ truth, face }: JudgedFrame, axis: (typeof POSE_AXES)[number]): number {
  return angleErrorDeg(face?.[axis] ?? Number.NaN, truth[axis] ?? Number.NaN);
}

/** Mean absolute error over the three axes, in degrees. */
export function poseError(frame: JudgedFrame): number {
  return POSE_AXES.reduce((sum, axis) => sum + axisError(frame, axis), 0) / POSE_AXES.length;
}

/** The angle of the one rotation between true and measured pose, in degrees. */
export function poseAngle({ truth, face }: JudgedFrame): number {
  const pose = (of: Partial<Record<(typeof POSE_AXES)[number], number | null>> | null): HeadPose => ({
    yawDeg: of?.yawDeg ?? Number.NaN,
    pitchDeg: of?.pitchDeg ?? Number.NaN,
    rollDeg: of?.rollDeg ?? Number.NaN,
  });
  return geodesicDeg(pose(face), pose(truth));
}

/** Mean absolute error over both axes in camera coordinates, in degrees. */
export function gazeError({ truth, face }: JudgedFrame): number {
  return (
    (angleErrorDeg(face?.gazeYawDeg ?? Number.NaN, truth.gazeYawDeg ?? Number.NaN) +
      angleErrorDeg(face?.gazePitchDeg ?? Number.NaN, truth.gazePitchDeg ?? Number.NaN)) /
    2
  );
}

/** The angle between the true gaze and the one that was seen, in degrees. */
export function gazeAngle({ truth, face }: JudgedFrame): number {
  return betweenDirectionsDeg(
    { yawDeg: face?.gazeYawDeg ?? Number.NaN, pitchDeg: face?.gazePitchDeg ?? Number.NaN },
    { yawDeg: truth.gazeYawDeg ?? Number.NaN, pitchDeg: truth.gazePitchDeg ?? Number.NaN },
  );
}

/** The gaze moved as the baseline moves it at that time. */
export function ownGazeError({ truth, face, eyesPitchDeg }: JudgedFrame): number {
  const yaw = face?.gazeYawDeg ?? Number.NaN;
  const pitch = (face?.gazePitchDeg ?? Number.NaN) - eyesPitchDeg;
  return (
    (angleErrorDeg(yaw, truth.gazeYawDeg ?? Number.NaN) + angleErrorDeg(pitch, truth.gazePitchDeg ?? Number.NaN)) / 2
  );
}
