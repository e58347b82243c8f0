import type { CameraPlace, ClassScreens } from '../class-screens.ts';
import type { FaceObservables } from './observables.ts';

/** Where head and gaze point, in degrees, against the middle of a class screen: zero on it. */
export interface Aim {
  readonly headYawDeg: number;
  readonly headPitchDeg: number;
  readonly gazeYawDeg: number;
  readonly gazePitchDeg: number;
}

/**
 * What a sector of directions spans. Nobody follows dots: a declared screen is somewhere on its side. It ends ten degrees within the outermost corners of the
 * lab's screens, since the frame head takes so much beside the middle of a screen for the screen.
 */
type Sector = Readonly<Record<keyof Aim, readonly [number, number]>>;

const SIDES = ['left', 'right', 'above'] as const;
/** Where another screen may stand, as the student sees it. */
export type Side = (typeof SIDES)[number];

const LEVEL = [-22, 5] as const;
const SECTORS: Readonly<Record<Side, Sector>> = {
  left: { gazeYawDeg: [20, 68], gazePitchDeg: LEVEL, headYawDeg: [5, 68], headPitchDeg: LEVEL },
  right: { gazeYawDeg: [-68, -20], gazePitchDeg: LEVEL, headYawDeg: [-68, -5], headPitchDeg: LEVEL },
  above: { gazeYawDeg: [-14, 14], gazePitchDeg: [8, 22], headYawDeg: [-14, 14], headPitchDeg: [2, 22] },
};

/** Sides on which another screen shows the class. */
export function declaredSides(screens: ClassScreens): readonly Side[] {
  return SIDES.filter((side) => screens[side]);
}

/** Whether the gaze goes to this side, however far. */
export function looksTo({ gazeYawDeg, gazePitchDeg }: Aim, side: Side): boolean {
  if (side === 'above') return gazePitchDeg >= SECTORS.above.gazePitchDeg[0];
  return side === 'left' ? gazeYawDeg >= SECTORS.left.gazeYawDeg[0] : gazeYawDeg <= SECTORS.right.gazeYawDeg[1];
}

/** The aim against a screen somewhere on a side: its middle inside of the side's sector, else as far from it as the sector is away. */
export function aimAtSide(aim: Aim, side: Side): Aim {
  const sector = SECTORS[side];
  return aimBy((part) => SCREEN_MIDDLE[part] + beyond(aim[part], sector[part]));
}

/** A face's aim, as it would be if the camera stood above the screen. */
export function aimOf(face: FaceObservables, camera: CameraPlace): Aim {
  const middle = MIDDLES[camera];
  const seen = {
    headYawDeg: face.offLensYawDeg,
    headPitchDeg: face.offLensPitchDeg,
    gazeYawDeg: face.offLensGazeYawDeg,
    gazePitchDeg: face.offLensGazePitchDeg,
  };
  return aimBy((part) => seen[part] - middle[part] + SCREEN_MIDDLE[part]);
}

/** An aim whose parts are worked out alike. */
export function aimBy(value: (part: keyof Aim) => number): Aim {
  return {
    headYawDeg: value('headYawDeg'),
    headPitchDeg: value('headPitchDeg'),
    gazeYawDeg: value('gazeYawDeg'),
    gazePitchDeg: value('gazePitchDeg'),
  };
}

/** The middle of what most people look at when they face the screen under a camera; a sector's inside counts as there. */
export const SCREEN_MIDDLE: Aim = { headYawDeg: 0, headPitchDeg: -8, gazeYawDeg: 0, gazePitchDeg: -12 };

/** The same for cameras elsewhere: how far aside depends on the screen's size and distance, and the baseline learns the rest. */
const MIDDLES: Readonly<Record<CameraPlace, Aim>> = {
  above: SCREEN_MIDDLE,
  left: { ...SCREEN_MIDDLE, headYawDeg: -20, headPitchDeg: 0, gazeYawDeg: -20, gazePitchDeg: -2 },
  right: { ...SCREEN_MIDDLE, headYawDeg: 20, headPitchDeg: 0, gazeYawDeg: 20, gazePitchDeg: -2 },
  below: { ...SCREEN_MIDDLE, headPitchDeg: 12, gazePitchDeg: 12 },
};

/** How far a value lies outside a range, with its sign; 0 inside. */
function beyond(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(0, value - low) + Math.max(0, value - high);
}
