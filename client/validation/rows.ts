import type { AbstainReason } from '@lectern/contracts';

/** One frame of a recording; angles in degrees, null where no face was found. docs/validation.md tells every column. */
export interface FrameRow {
  readonly file: string;
  readonly frame: number;
  readonly tMs: number;
  readonly faces: number;
  readonly pitchDeg: number | null;
  readonly yawDeg: number | null;
  readonly rollDeg: number | null;
  readonly gazeYawDeg: number | null;
  readonly gazePitchDeg: number | null;
  readonly eyeOpenLeft: number | null;
  readonly eyeOpenRight: number | null;
  readonly blink: boolean | null;
  readonly facing: number | null;
}

/** One window of a recording; either a score or the reason for abstaining. */
export interface WindowRow {
  readonly file: string;
  readonly window: number;
  readonly startMs: number;
  readonly score: number | null;
  readonly abstain: AbstainReason | null;
  readonly usableFrames: number;
  readonly modelHash: string;
}

/** What a frame's face is measured in: angles, and how far the eyes are open. */
export const FACE_NUMBERS = [
  'pitchDeg',
  'yawDeg',
  'rollDeg',
  'gazeYawDeg',
  'gazePitchDeg',
  'eyeOpenLeft',
  'eyeOpenRight',
] as const satisfies readonly (keyof FrameRow)[];

/** The columns of both kinds of rows, in the order in which they are written. */
export const FRAME_COLUMNS = [
  'file',
  'frame',
  'tMs',
  'faces',
  ...FACE_NUMBERS,
  'blink',
  'facing',
] as const satisfies readonly (keyof FrameRow)[];
export const WINDOW_COLUMNS = [
  'file',
  'window',
  'startMs',
  'score',
  'abstain',
  'usableFrames',
  'modelHash',
] as const satisfies readonly (keyof WindowRow)[];

/** Where the windows of `FILE.csv` are: `FILE.windows.csv`, since they have other columns. */
export function windowsFileOf(csv: string): string {
  return csv.replace(/\.csv$/i, '.windows.csv');
}
