import type { FaceObservables } from './observables.ts';
import type { PictureQuality } from './picture-quality.ts';

/** Raised whenever a feature's meaning, order or default changes; the model's description names the one it was trained on. */
export const FEATURES_VERSION = 3;

/** Names and order of the window's features; analytics/training/features.py computes the same, held by golden vectors. */
export const FEATURE_NAMES = [
  'faceShare',
  'facingShare',
  'surelyFacingShare',
  'surelyAwayShare',
  'downShare',
  'longestAwaySeconds',
  'eyesClosedShare',
  'personal',
  'faceSizeMedian',
  'lightMedian',
  'sharpnessMedian',
  'rateHz',
] as const;

/** One frame as the model's frame head judged it. */
export interface JudgedFrame {
  readonly tMs: number;
  readonly face: Pick<FaceObservables, 'size'> | null;
  readonly picture: PictureQuality;
  /** Probability of facing a class screen, of looking down; 0 without a face. In a blink that of the frame before. */
  readonly facing: number;
  readonly down: number;
  /** Closed for longer than a blink. */
  readonly eyesClosed: boolean;
}

const SURE = 0.85;
/** One frame stands for at most this long on each side of it. */
const MAX_REACH_MS = 500;

export interface WeightedFrame {
  readonly frame: JudgedFrame;
  readonly weightMs: number;
}

/**
 * The features of one window, in the order of `FEATURE_NAMES`: fractions of its time and durations. Quantiles are the smallest value
 * at which the cumulated weight reaches the share; without a face the face's size is 0. `isPersonal`: a baseline was there.
 */
export function windowFeatures(
  frames: readonly JudgedFrame[],
  startMs: number,
  endMs: number,
  isPersonal: boolean,
): number[] {
  const weighted = weigh(frames, startMs, endMs);
  const totalMs = sumOf(weighted, () => 1);
  const share = (of: (frame: JudgedFrame) => number): number => (totalMs > 0 ? sumOf(weighted, of) / totalMs : 0);
  const median = (of: (frame: JudgedFrame) => number | null): number =>
    quantile(
      weighted.flatMap(({ frame, weightMs }) => {
        const value = of(frame);
        return value === null ? [] : [[value, weightMs] as const];
      }),
      0.5,
    );
  return [
    share(({ face }) => (face === null ? 0 : 1)),
    share(({ facing }) => facing),
    share(({ facing }) => (facing >= SURE ? 1 : 0)),
    share(({ facing }) => (facing <= 1 - SURE ? 1 : 0)),
    share(({ down }) => down),
    longestAwayMs(weighted) / 1000,
    share(({ eyesClosed }) => (eyesClosed ? 1 : 0)),
    isPersonal ? 1 : 0,
    median(({ face }) => face?.size ?? null),
    median(({ picture }) => picture.light),
    median(({ picture }) => picture.sharpness),
    (frames.length * 1000) / Math.max(1, endMs - startMs),
  ];
}

/** Each frame with the time it stands for: to the middle between it and its neighbours, at most half a second on each side. */
export function weigh(frames: readonly JudgedFrame[], startMs: number, endMs: number): WeightedFrame[] {
  return frames.map((frame, i) => {
    const before = frames[i - 1];
    const after = frames[i + 1];
    const from = Math.max(before === undefined ? startMs : (before.tMs + frame.tMs) / 2, frame.tMs - MAX_REACH_MS);
    const to = Math.min(after === undefined ? endMs : (frame.tMs + after.tMs) / 2, frame.tMs + MAX_REACH_MS);
    return { frame, weightMs: Math.max(0, to - from) };
  });
}

/** The longest run of frames that do not face a class screen. */
function longestAwayMs(weighted: readonly WeightedFrame[]): number {
  let longest = 0;
  let run = 0;
  for (const { frame, weightMs } of weighted) {
    run = frame.facing >= 0.5 ? 0 : run + weightMs;
    longest = Math.max(longest, run);
  }
  return longest;
}

function sumOf(weighted: readonly WeightedFrame[], value: (frame: JudgedFrame) => number): number {
  return weighted.reduce((sum, { frame, weightMs }) => sum + value(frame) * weightMs, 0);
}

function quantile(values: readonly (readonly [number, number])[], share: number): number {
  const sorted = [...values].sort((a, b) => a[0] - b[0]);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let cumulated = 0;
  for (const [value, weight] of sorted) {
    cumulated += weight;
    // The margin keeps both implementations on the same value where the sum meets the share exactly.
    if (weight > 0 && cumulated >= share * total - 1e-6) return value;
  }
  return 0;
}
