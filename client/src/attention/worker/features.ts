/** Raised whenever a feature's meaning, order or default changes; the model's description names the one it was trained on. */
export const FEATURES_VERSION = 6;

/** Names and order of the window's features; analytics/training/features.py computes the same, held by golden vectors. */
export const FEATURE_NAMES = [
  'faceShare',
  'facingShare',
  'surelyFacingShare',
  'surelyAwayShare',
  'longestAwaySeconds',
] as const;

/** One frame as the model's frame head judged it. */
export interface JudgedFrame {
  readonly tMs: number;
  readonly hasFace: boolean;
  /** Probability of facing a class screen, of looking down; 0 without a face. In a blink that of the frame before, with closed eyes 0. */
  readonly facing: number;
  readonly down: number;
}

const SURE = 0.85;
/** One frame stands for at most this long on each side of it. */
const MAX_REACH_MS = 500;

export interface WeightedFrame {
  readonly frame: JudgedFrame;
  readonly weightMs: number;
}

/** The features of one window, in the order of `FEATURE_NAMES`: fractions of its time and a duration. */
export function windowFeatures(frames: readonly JudgedFrame[], startMs: number, endMs: number): number[] {
  const weighted = weigh(frames, startMs, endMs);
  const totalMs = sumOf(weighted, () => 1);
  const share = (of: (frame: JudgedFrame) => number): number => (totalMs > 0 ? sumOf(weighted, of) / totalMs : 0);
  return [
    share(({ hasFace }) => (hasFace ? 1 : 0)),
    share(({ facing }) => facing),
    share(({ facing }) => (facing >= SURE ? 1 : 0)),
    share(({ facing }) => (facing <= 1 - SURE ? 1 : 0)),
    longestAwayMs(weighted) / 1000,
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
