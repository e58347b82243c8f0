import fit from './gaze-fit.json' with { type: 'json' };
import { DEG_PER_RAD, type HeadPlacement } from './geometry.ts';

/** Direction of the gaze in camera coordinates, degrees; zero when it runs against the optical axis. */
export interface GazeDirection {
  readonly yawDeg: number;
  readonly pitchDeg: number;
}

/**
 * `irisX` and `irisY` are the iris's offset from the middle of the eye in eye widths, in the head's own axes. How they become
 * a direction (degrees per eye width, per lid opening and per degree of the head) is fitted by least squares on the synthetic
 * lab's training identities; analytics/training/train.py writes the file. One population fit, no person's own baseline.
 */
export function gazeFromIris(head: HeadPlacement, irisX: number, irisY: number, openness: number): GazeDirection {
  const eyeYawDeg = fit.yawPerX * irisX + fit.yawPerHeadYaw * head.yawDeg + fit.yawBias;
  const eyePitchDeg =
    fit.pitchPerY * irisY + fit.pitchPerOpenness * openness + fit.pitchPerHeadPitch * head.pitchDeg + fit.pitchBias;
  const yaw = clampEye(eyeYawDeg, 45) / DEG_PER_RAD;
  const pitch = clampEye(eyePitchDeg, 40) / DEG_PER_RAD;
  const inHead = [Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw)] as const;
  const along = (row: 0 | 1 | 2): number =>
    head.xAxis[row] * inHead[0] + head.yAxis[row] * inHead[1] + head.zAxis[row] * inHead[2];
  return {
    yawDeg: Math.atan2(along(0), along(2)) * DEG_PER_RAD,
    pitchDeg: Math.asin(Math.min(1, Math.max(-1, along(1)))) * DEG_PER_RAD,
  };
}

/** An eye does not turn further than this in its socket; beyond it the landmarks are wrong. */
function clampEye(angleDeg: number, limitDeg: number): number {
  return Math.min(limitDeg, Math.max(-limitDeg, angleDeg));
}
