import type { AbstainReason } from '@lectern/contracts';
import { shortGaps } from './face-gaps.ts';
import { hasFace, type FrameWithFace, type ObservedFrame } from './observables.ts';

/** When a face was found and how large it was, as `FaceObservables.size`. */
export interface FaceBefore {
  readonly tMs: number;
  readonly size: number;
}

/** What the rules look at besides the frames. */
export interface WindowCircumstances {
  readonly clockSure: boolean;
  readonly hiddenMs: number;
  readonly cameraEnded: boolean;
  /** The last face that was found before this window; null where there was none. */
  readonly faceBefore: FaceBefore | null;
  /** Faces of comparable size, counted about once a second. */
  readonly faceCounts: readonly number[];
  /** Whether the face has shown signs of life. */
  readonly alive: boolean;
  readonly windowMs: number;
}

/** Fewer usable frames than this in a window are too few: 1.2 a second. */
export const MIN_FRAMES = 6;
/** The frames must span this share of the window, so that two lively seconds do not speak for five. */
const MIN_SPAN_SHARE = 0.5;
/** A page hidden for longer than this share of the window abstains. */
const MAX_HIDDEN_SHARE = 0.2;
/** Mean luma below which a picture is dark; without a face in it, a dim one is too. */
export const DARK_LIGHT = 0.05;
const DIM_LIGHT = 0.12;
/** Eye span over the frame's width: below it the eyes are a few pixels and pose and lids are guesses. */
export const MIN_FACE_SIZE = 0.035;
/** A face that small is found in one frame and missed in the next: when it is missing, nobody knows that it left. */
export const MIN_FACE_SIZE_TO_MISS = 0.055;
/** Mean change between frames below which nothing moved and not even the sensor's noise was there. */
export const STILL_CHANGE = 0.0004;
const MAX_MISSING_SHARE = 0.2;
const MOSTLY = 0.5;
const ALMOST_ALL = 0.95;

/**
 * Why this window cannot be told, or null when it can be scored. The order is from what says most about why: a hidden
 * page explains missing frames, missing frames explain a missing face.
 */
export function abstainReason(frames: readonly ObservedFrame[], now: WindowCircumstances): AbstainReason | null {
  if (now.cameraEnded) return 'camera-ended';
  if (!now.clockSure) return 'clock-unsure';
  if (now.hiddenMs > MAX_HIDDEN_SHARE * now.windowMs) return 'page-hidden';
  if (frames.length < MIN_FRAMES || spanMs(frames) < MIN_SPAN_SHARE * now.windowMs) return 'too-few-frames';
  // A face that is missed for a moment is there: neither gone, nor hidden by darkness, nor without need of a sign of life.
  const gaps = shortGaps(frames, hasFace, now.faceBefore);
  const isThere = (frame: ObservedFrame): boolean => hasFace(frame) || gaps.has(frame);
  if (share(frames, (frame) => isDark(frame, isThere(frame))) >= MOSTLY) return 'too-dark';
  if (isStill(frames)) return 'static-picture';
  const withFace = frames.filter(hasFace);
  const lastSize = withFace.at(-1)?.face.size ?? now.faceBefore?.size;
  if (lastSize === undefined) return 'no-face-yet';
  if (isCrowded(now.faceCounts)) return 'several-faces';
  if (!now.alive && share(frames, isThere) >= MOSTLY) return 'no-life-yet';
  if (withFace.length > 0 && share(withFace, isSmall) >= MOSTLY) return 'face-too-small';
  const missing = 1 - share(frames, isThere);
  return lastSize < MIN_FACE_SIZE_TO_MISS && missing >= MAX_MISSING_SHARE ? 'face-too-small' : null;
}

function isDark({ picture: { light } }: ObservedFrame, isThere: boolean): boolean {
  return light < DARK_LIGHT || (!isThere && light < DIM_LIGHT);
}

/** Once is a passer-by, twice and half of the time is company: whose gaze it is cannot be told. */
function isCrowded(faceCounts: readonly number[]): boolean {
  const crowded = faceCounts.filter((count) => count >= 2).length;
  return crowded >= 2 && crowded >= MOSTLY * faceCounts.length;
}

function isSmall({ face }: FrameWithFace): boolean {
  return face.size < MIN_FACE_SIZE;
}

/** A frozen camera or a still image repeats itself to the last grey level; a living picture never does for a window. */
function isStill(frames: readonly ObservedFrame[]): boolean {
  return share(frames.slice(1), (frame) => frame.picture.change < STILL_CHANGE) >= ALMOST_ALL;
}

function share<Frame>(frames: readonly Frame[], matches: (frame: Frame) => boolean): number {
  return frames.length === 0 ? 0 : frames.filter(matches).length / frames.length;
}

function spanMs(frames: readonly ObservedFrame[]): number {
  return (frames.at(-1)?.tMs ?? 0) - (frames[0]?.tMs ?? 0);
}
