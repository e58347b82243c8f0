import type { ClassScreens } from '../class-screens.ts';
import type { FaceObservables } from './observables.ts';

/** Where head and gaze point, in degrees, against the middle of a class screen: zero on it. */
export interface Aim {
  readonly headYawDeg: number;
  readonly headPitchDeg: number;
  readonly gazeYawDeg: number;
  readonly gazePitchDeg: number;
}

/** What a sector of directions spans. Nobody follows dots: a declared screen is somewhere on its side. */
interface Sector {
  readonly gazeYaw: readonly [number, number];
  readonly gazePitch: readonly [number, number];
  readonly headYaw: readonly [number, number];
  readonly headPitch: readonly [number, number];
}

const SIDES = ['left', 'right', 'above'] as const;
/** Where another screen may stand, as the student sees it. */
export type Side = (typeof SIDES)[number];

const LEVEL = [-30, 15] as const;
const SECTORS: Readonly<Record<Side, Sector>> = {
  left: { gazeYaw: [18, 75], gazePitch: LEVEL, headYaw: [5, 75], headPitch: LEVEL },
  right: { gazeYaw: [-75, -18], gazePitch: LEVEL, headYaw: [-75, -5], headPitch: LEVEL },
  above: { gazeYaw: [-30, 30], gazePitch: [8, 50], headYaw: [-30, 30], headPitch: [2, 50] },
};

/** Sides on which another screen shows the class. */
export function declaredSides(screens: ClassScreens): readonly Side[] {
  return SIDES.filter((side) => screens[side]);
}

/** The aim against a screen somewhere on a side: its middle inside of the side's sector, else as far from it as the sector is away. */
export function aimAtSide(aim: Aim, side: Side): Aim {
  const sector = SECTORS[side];
  return {
    headYawDeg: SCREEN_MIDDLE.headYawDeg + beyond(aim.headYawDeg, sector.headYaw),
    headPitchDeg: SCREEN_MIDDLE.headPitchDeg + beyond(aim.headPitchDeg, sector.headPitch),
    gazeYawDeg: SCREEN_MIDDLE.gazeYawDeg + beyond(aim.gazeYawDeg, sector.gazeYaw),
    gazePitchDeg: SCREEN_MIDDLE.gazePitchDeg + beyond(aim.gazePitchDeg, sector.gazePitch),
  };
}

export function aimOf(face: FaceObservables): Aim {
  return {
    headYawDeg: face.offLensYawDeg,
    headPitchDeg: face.offLensPitchDeg,
    gazeYawDeg: face.offLensGazeYawDeg,
    gazePitchDeg: face.offLensGazePitchDeg,
  };
}

/** The middle of what most people look at when they face the screen under a camera; a sector's inside counts as there. */
export const SCREEN_MIDDLE: Aim = { headYawDeg: 0, headPitchDeg: -8, gazeYawDeg: 0, gazePitchDeg: -12 };

/** How far a value lies outside a range, with its sign; 0 inside. */
function beyond(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(0, value - low) + Math.max(0, value - high);
}
