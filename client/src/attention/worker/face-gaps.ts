import type { JudgedFrame } from './features.ts';

interface Look {
  readonly tMs: number;
}

/** Who has a face on both sides of a gap of no more than this was mostly there all the time (docs/decisions/0103). */
export const LONGEST_GAP_MS = 4000;

/** Each frame in a short gap with what stands at its ends; `before` is of the last face of earlier windows. Frames are in time order. */
export function shortGaps<Frame extends Look, Before extends Look = Frame>(
  frames: readonly Frame[],
  hasFace: (frame: Frame) => boolean,
  before: Before | null,
): ReadonlyMap<Frame, readonly [before: Frame | Before, after: Frame]> {
  const ends = new Map<Frame, readonly [Frame | Before, Frame]>();
  let last: Frame | Before | null = before;
  let gap: Frame[] = [];
  for (const frame of frames) {
    if (!hasFace(frame)) {
      gap.push(frame);
      continue;
    }
    // A clock that was set back tells no gap's length.
    const gapMs = last === null ? Number.NaN : frame.tMs - last.tMs;
    if (last !== null && gapMs >= 0 && gapMs <= LONGEST_GAP_MS)
      for (const missed of gap) ends.set(missed, [last, frame]);
    last = frame;
    gap = [];
  }
  return ends;
}

/** The frames with those of short gaps judged by what both faces around them surely say; analytics/training/features.py does the same. */
export function bridgeGaps(frames: readonly JudgedFrame[], before: JudgedFrame | null): readonly JudgedFrame[] {
  const gaps = shortGaps(frames, ({ hasFace }) => hasFace, before);
  return frames.map((frame) => {
    const ends = gaps.get(frame);
    if (ends === undefined) return frame;
    const [earlier, later] = ends;
    return {
      tMs: frame.tMs,
      hasFace: true,
      facing: Math.min(earlier.facing, later.facing),
      down: Math.min(earlier.down, later.down),
    };
  });
}
