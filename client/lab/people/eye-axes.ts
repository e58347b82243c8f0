import { Matrix4, Quaternion, Vector3 } from 'three';
import type { FaceState } from './face-state.ts';
import type { Looks } from './looks.ts';

/** One eye's axes in the head's own frame, unit vectors. The iris is drawn round the optical one; the visual one meets what is looked at. */
export interface EyeAxes {
  readonly visual: Vector3;
  readonly optical: Vector3;
  /** Turns the eye's own frame (z along the optical axis, y up) into the head's. */
  readonly turn: Quaternion;
}

export type Side = 'left' | 'right';

const RAD = Math.PI / 180;
const DEFAULT_DISTANCE_CM = 60;

/**
 * Where both eyes point. The visual axes converge on the point at the state's gaze distance; each optical axis lies off its visual
 * one, templewards and a little down, by the person's kappa. A deviating eye is turned out or in and fixes nothing.
 */
export function eyeAxes(
  state: FaceState,
  looks: Pick<Looks, 'kappaDeg' | 'kappaUpDeg' | 'strabismusDeg' | 'deviatingEye'>,
  eyes: Readonly<Record<Side, Vector3>>,
): Readonly<Record<Side, EyeAxes>> {
  const middle = eyes.left.clone().add(eyes.right).multiplyScalar(0.5);
  const target = direction(state.eyeYawDeg, state.eyePitchDeg)
    .multiplyScalar(state.gazeDistanceCm ?? DEFAULT_DISTANCE_CM)
    .add(middle);
  const axes = (side: Side): EyeAxes => {
    const templewards = side === 'left' ? 1 : -1;
    const visual = target.clone().sub(eyes[side]).normalize();
    if (looks.strabismusDeg !== 0 && looks.deviatingEye === side) {
      visual.applyAxisAngle(UP, templewards * looks.strabismusDeg * RAD);
    }
    const turnOfVisual = turnTo(visual);
    const optical = direction(templewards * looks.kappaDeg, -looks.kappaUpDeg).applyQuaternion(turnOfVisual);
    return { visual, optical, turn: turnTo(optical) };
  };
  return { left: axes('left'), right: axes('right') };
}

/** Unit vector at yaw (to the subject's left) and pitch (up). */
export function direction(yawDeg: number, pitchDeg: number): Vector3 {
  const [yaw, pitch] = [yawDeg * RAD, pitchDeg * RAD];
  return new Vector3(Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw));
}

const UP = new Vector3(0, 1, 0);

function turnTo(axis: Vector3): Quaternion {
  const x = new Vector3().crossVectors(UP, axis).normalize();
  const y = new Vector3().crossVectors(axis, x);
  return new Quaternion().setFromRotationMatrix(new Matrix4().makeBasis(x, y, axis));
}
