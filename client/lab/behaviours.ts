import { Euler, Vector3 } from 'three';
import type { FaceState } from './people/face-state.ts';
import type { Random } from './random.ts';
import { SCREEN_MARGIN_CM, type Room } from './studio.ts';

/** What somebody does for a while. */
export const BEHAVIOURS = [
  'screen',
  'screen-restless',
  'keyboard',
  'notes',
  'phone',
  'second-screen',
  'neighbour',
  'aloft',
  'eyes-aside',
  'dozing',
  'gone',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** One frame of a behaviour: null when nobody is there. `facing` is the truth. */
export interface ScriptedFrame {
  readonly tMs: number;
  readonly state: FaceState | null;
  readonly sway: Vector3;
  readonly facing: boolean;
}

const DEG = 180 / Math.PI;
const BLINK_MS = 250;

/** Share of the turn that the head makes; the eyes make the rest. */
const HEAD_SHARE: Readonly<Record<Behaviour, readonly [number, number]>> = {
  screen: [0.4, 0.95],
  'screen-restless': [0.3, 0.9],
  keyboard: [0.3, 0.8],
  notes: [0.5, 0.9],
  phone: [0.6, 0.95],
  'second-screen': [0.55, 0.95],
  neighbour: [0.75, 1],
  aloft: [0.5, 0.95],
  'eyes-aside': [0, 0.12],
  dozing: [0.8, 1],
  gone: [1, 1],
};

/**
 * Plays one behaviour at a frame rate: a target that is looked at, moved on now and then, with the head and the eyes
 * sharing the way, blinks, a little sway. Facing is true while the gaze meets the class screen with open eyes.
 */
export function playBehaviour(
  behaviour: Behaviour,
  room: Room,
  eyesOffPivot: Vector3,
  random: Random,
  frames: number,
  hz: number,
  startMs: number,
): ScriptedFrame[] {
  const headShare = random.between(...HEAD_SHARE[behaviour]);
  const restRoll = random.normal(4);
  let target = pickTarget(behaviour, room, random);
  let looked = target.clone();
  const sway = new Vector3(random.normal(1.5), random.normal(1), random.normal(2));
  let blinkUntilMs = -1;
  return Array.from({ length: frames }, (_, i) => {
    const tMs = startMs + (i * 1000) / hz + random.normal(15);
    if (random.chance((behaviour === 'screen-restless' ? 2 : 0.9) / hz)) target = pickTarget(behaviour, room, random);
    looked = looked.clone().lerp(target, Math.min(1, 6 / hz));
    sway.add(new Vector3(random.normal(0.3), random.normal(0.2), random.normal(0.3)));
    if (random.chance(0.3 / hz)) blinkUntilMs = tMs + BLINK_MS;
    if (behaviour === 'gone') return { tMs, state: null, sway: sway.clone(), facing: false };
    const blinking = tMs < blinkUntilMs;
    const dozing = behaviour === 'dozing';
    const lids = dozing ? random.between(0.85, 1) : blinking ? 1 : Math.max(0, random.normal(0.05));
    const manner = {
      headShare,
      rollDeg: restRoll + random.normal(1),
      lids,
      tremorDeg: [random.normal(0.7), random.normal(0.7)],
    } as const;
    const atRest = room.eyes.clone().add(sway);
    const roughly = lookAt(looked, atRest, manner);
    // The eyes travel with the turning head: aimed again from where they are then.
    const aimed = lookAt(looked, atRest.sub(eyesOffPivot).add(turned(eyesOffPivot, roughly)), manner);
    const state = { ...aimed, jawOpen: random.chance(0.1) ? random.between(0, 0.5) : 0 };
    return { tMs, state, sway: sway.clone(), facing: !dozing && isOnScreen(looked, room) };
  });
}

/** Whether a point in the camera's plane is on the class screen, its margin included. */
function isOnScreen(point: Vector3, room: Room): boolean {
  const { left, right, top, bottom } = room.screen;
  const margin = SCREEN_MARGIN_CM;
  const inside = point.x >= left - margin && point.x <= right + margin;
  return inside && Math.abs(point.z) < 1 && point.y <= top + margin && point.y >= bottom - margin;
}

function pickTarget(behaviour: Behaviour, room: Room, random: Random): Vector3 {
  const { left, right, top, bottom } = room.screen;
  const side = random.chance(0.5) ? 1 : -1;
  switch (behaviour) {
    case 'screen':
    case 'screen-restless':
    case 'gone':
      return new Vector3(random.between(left, right), random.between(bottom, top), 0);
    case 'keyboard':
      return new Vector3(random.between(-12, 12), bottom - random.between(6, 14), random.between(-22, -10));
    case 'notes':
      return new Vector3(random.between(-25, 25), bottom - random.between(8, 16), random.between(-35, -18));
    case 'phone':
      return new Vector3(
        random.between(-12, 12),
        room.eyes.y - random.between(34, 48),
        room.eyes.z + random.between(22, 44),
      );
    case 'second-screen':
      return new Vector3(
        side * random.between(right + 28, right + 75),
        random.between(-25, 5),
        random.between(-25, 0) - 2,
      );
    case 'neighbour':
      return new Vector3(
        room.eyes.x + side * random.between(60, 120),
        room.eyes.y + random.between(-10, 10),
        room.eyes.z + random.between(-25, 60),
      );
    case 'aloft':
      return new Vector3(random.between(-60, 60), random.between(35, 80), random.between(-10, 30));
    case 'eyes-aside':
      return new Vector3(side * random.between(right + 14, right + 32), random.between(-15, 5), -2);
    case 'dozing':
      return new Vector3(random.between(-20, 20), random.between(-70, -10), random.between(-20, -2));
  }
}

interface Manner {
  readonly headShare: number;
  readonly rollDeg: number;
  readonly lids: number;
  readonly tremorDeg: readonly [number, number];
}

function lookAt(target: Vector3, eyes: Vector3, manner: Manner): FaceState {
  const toTarget = target.clone().sub(eyes);
  const yawDeg = Math.atan2(toTarget.x, toTarget.z) * DEG;
  const pitchDeg = Math.asin(toTarget.y / toTarget.length()) * DEG;
  // The eyes turn at most this far; the head makes the rest of the way.
  const headYawDeg = withinReach(yawDeg, yawDeg * manner.headShare, 35);
  const headPitchDeg = withinReach(pitchDeg, pitchDeg * manner.headShare, 28);
  const eye = eyeInHead(yawDeg, pitchDeg, headYawDeg, headPitchDeg, manner.rollDeg);
  return {
    yawDeg: headYawDeg,
    pitchDeg: headPitchDeg,
    rollDeg: manner.rollDeg,
    eyeYawDeg: eye.yawDeg + manner.tremorDeg[0],
    eyePitchDeg: eye.pitchDeg + manner.tremorDeg[1],
    lids: manner.lids,
    jawOpen: 0,
  };
}

function turned(offset: Vector3, state: FaceState): Vector3 {
  return offset.clone().applyEuler(new Euler(-state.pitchDeg / DEG, state.yawDeg / DEG, state.rollDeg / DEG, 'YXZ'));
}

function withinReach(gazeDeg: number, headDeg: number, reachDeg: number): number {
  return Math.min(gazeDeg + reachDeg, Math.max(gazeDeg - reachDeg, headDeg));
}

/** The gaze direction in the head's own frame: the inverse of R = Ry(yaw) Rx(-pitch) Rz(roll). */
function eyeInHead(
  gazeYawDeg: number,
  gazePitchDeg: number,
  yawDeg: number,
  pitchDeg: number,
  rollDeg: number,
): { readonly yawDeg: number; readonly pitchDeg: number } {
  const [gy, gp] = [gazeYawDeg / DEG, gazePitchDeg / DEG];
  const gaze = new Vector3(Math.cos(gp) * Math.sin(gy), Math.sin(gp), Math.cos(gp) * Math.cos(gy));
  gaze.applyAxisAngle(new Vector3(0, 1, 0), -yawDeg / DEG);
  gaze.applyAxisAngle(new Vector3(1, 0, 0), pitchDeg / DEG);
  gaze.applyAxisAngle(new Vector3(0, 0, 1), -rollDeg / DEG);
  return { yawDeg: Math.atan2(gaze.x, gaze.z) * DEG, pitchDeg: Math.asin(Math.min(1, Math.max(-1, gaze.y))) * DEG };
}
