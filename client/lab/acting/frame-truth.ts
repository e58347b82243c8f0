import { Euler, type Quaternion, Vector3 } from 'three';
import { deskOf, project, seatOf, type SceneSpec } from '../scenes/scene.ts';
import { meets, SCREEN_MARGIN_CM, whereOn } from '../scenes/screen-plane.ts';
import type { Lids } from './eyelids.ts';

export type LooksAt = 'class-screen' | 'declared-screen' | 'down' | 'elsewhere' | 'nothing';

/** What is true of one frame. Angles in degrees, in camera coordinates; left and right are the subject's. */
export interface FrameTruth {
  readonly tMs: number;
  /** A living person's face is in the picture of the room; a photograph's is not. */
  readonly present: boolean;
  readonly photograph: boolean;
  readonly yawDeg: number | null;
  readonly pitchDeg: number | null;
  readonly rollDeg: number | null;
  /** Mean visual axis of both eyes; zero when it runs against the camera's optical axis. */
  readonly gazeYawDeg: number | null;
  readonly gazePitchDeg: number | null;
  /** From the middle of the eyes to the lens: the gaze of somebody who looks straight into it. */
  readonly toLensYawDeg: number | null;
  readonly toLensPitchDeg: number | null;
  /** 1 open, 0 closed, as rendered. */
  readonly eyeOpenLeft: number | null;
  readonly eyeOpenRight: number | null;
  /** The lids are more than half closed for a blink. */
  readonly blink: boolean;
  readonly looksAt: LooksAt;
  /** The visual axis meets a class screen, its margin included, and the eyes are not closed but for a blink. */
  readonly facing: boolean;
}

/** One face in the room, in camera coordinates. */
export interface PosedFace {
  readonly eyes: Vector3;
  readonly head: Quaternion;
  /** Unit vector along the mean visual axis. */
  readonly gaze: Vector3;
  readonly lids: Lids;
}

export const DEG = 180 / Math.PI;
/** Lids that are closed further than this for anything but a blink look at nothing. */
const CLOSED = 0.75;
/** A head turned further than this from the camera shows no face. */
const MAX_TURN_DEG = 100;
/** Looking below the screen further aside than this is looking elsewhere. */
const DOWN_ASIDE_DEG = 40;

/** Direction of yaw and pitch: zero along z, yaw positive to the subject's left, pitch positive up. */
export function direction(yawDeg: number, pitchDeg: number): Vector3 {
  const [yaw, pitch] = [yawDeg / DEG, pitchDeg / DEG];
  return new Vector3(Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw));
}

export function anglesOf(vector: Vector3): { readonly yawDeg: number; readonly pitchDeg: number } {
  const pitch = Math.asin(Math.min(1, Math.max(-1, vector.y / vector.length())));
  return { yawDeg: Math.atan2(vector.x, vector.z) * DEG, pitchDeg: pitch * DEG };
}

/** Yaw, pitch and roll of R = Ry(yaw) Rx(-pitch) Rz(roll). */
export function headAngles(head: Quaternion): {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
} {
  const { x, y, z } = new Euler().setFromQuaternion(head, 'YXZ');
  return { yawDeg: y * DEG, pitchDeg: -x * DEG, rollDeg: z * DEG };
}

/** The truth of a frame that shows this face, or nobody. */
export function truthOf(tMs: number, scene: SceneSpec, face: PosedFace | null): FrameTruth {
  if (face === null || !isInPicture(scene, face)) return { ...NOBODY, tMs };
  const gaze = anglesOf(face.gaze);
  const toLens = anglesOf(face.eyes.clone().negate());
  const isShut = face.lids.closed > CLOSED && face.lids.blink < face.lids.closed;
  const looksAt = isShut ? 'nothing' : lookedAt(scene, face.eyes, face.gaze);
  return {
    tMs,
    present: true,
    photograph: false,
    ...headAngles(face.head),
    gazeYawDeg: gaze.yawDeg,
    gazePitchDeg: gaze.pitchDeg,
    toLensYawDeg: toLens.yawDeg,
    toLensPitchDeg: toLens.pitchDeg,
    eyeOpenLeft: 1 - face.lids.closed,
    eyeOpenRight: 1 - face.lids.closed,
    blink: face.lids.blink > 0.5,
    looksAt,
    facing: looksAt === 'class-screen' || looksAt === 'declared-screen',
  };
}

export const NOBODY: Omit<FrameTruth, 'tMs'> = {
  present: false,
  photograph: false,
  yawDeg: null,
  pitchDeg: null,
  rollDeg: null,
  gazeYawDeg: null,
  gazePitchDeg: null,
  toLensYawDeg: null,
  toLensPitchDeg: null,
  eyeOpenLeft: null,
  eyeOpenRight: null,
  blink: false,
  looksAt: 'nothing',
  facing: false,
};

function isInPicture(scene: SceneSpec, face: PosedFace): boolean {
  const eyes = project(scene.webcam, face.eyes);
  if (eyes === null || Math.abs(eyes.x) > 1 || Math.abs(eyes.y) > 1) return false;
  const ahead = new Vector3(0, 0, 1).applyQuaternion(face.head);
  return ahead.angleTo(face.eyes.clone().negate()) * DEG < MAX_TURN_DEG;
}

/** What a line of sight from these eyes ends on. */
export function lookedAt(scene: SceneSpec, eyes: Vector3, gaze: Vector3): LooksAt {
  if (meets(scene.classScreen, eyes, gaze)) return 'class-screen';
  if (scene.declared !== null && meets(scene.declared.screen, eyes, gaze)) return 'declared-screen';
  const fromDesk = deskOf(scene).invert();
  const { yawDeg, pitchDeg } = anglesOf(gaze.clone().applyQuaternion(fromDesk));
  const lowerEdge = new Vector3(...scene.classScreen.centre)
    .addScaledVector(new Vector3(...scene.classScreen.up), -scene.classScreen.halfHeightCm - SCREEN_MARGIN_CM)
    .sub(seatOf(scene))
    .applyQuaternion(fromDesk);
  const at = whereOn(scene.classScreen, eyes, gaze);
  const isBelow = at === null ? pitchDeg < -20 : at.upCm < -scene.classScreen.halfHeightCm - SCREEN_MARGIN_CM;
  const isDown = isBelow && pitchDeg < anglesOf(lowerEdge).pitchDeg + 4 && Math.abs(yawDeg) < DOWN_ASIDE_DEG;
  return isDown ? 'down' : 'elsewhere';
}
