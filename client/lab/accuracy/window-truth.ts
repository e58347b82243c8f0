import { BRIEF_MS } from '../../src/attention/worker/looking-down.ts';

/** What truth needs of a frame: the lab's `FrameTruth` is one. */
export interface TrueFrame {
  readonly tMs: number;
  readonly facing: boolean;
  readonly looksAt: string;
}

/** What is true of one window: facing for at least half of its time, or decided by a look down that has lasted less than 20 s. */
export type WindowTruth = 'facing' | 'away' | 'brief';

/** One frame stands for at most this long on each side of it. */
const MAX_REACH_MS = 500;

/** Truth of each whole window of a clip by its index; windows with hardly any frame have none. */
export function windowTruths(frames: readonly TrueFrame[], windowMs: number): ReadonlyMap<number, WindowTruth> {
  const brief = briefFrames(frames);
  const truths = new Map<number, WindowTruth>();
  const lastMs = frames.at(-1)?.tMs ?? 0;
  for (let index = 0; (index + 1) * windowMs <= lastMs; index++) {
    let [facingMs, briefMs, totalMs] = [0, 0, 0];
    for (const [i, frame] of frames.entries()) {
      const ms = reachMs(frames, i, index * windowMs, (index + 1) * windowMs);
      totalMs += ms;
      if (frame.facing) facingMs += ms;
      else if (brief[i] === true) briefMs += ms;
    }
    if (totalMs < windowMs / 4) continue;
    const half = totalMs / 2;
    truths.set(index, facingMs >= half ? 'facing' : facingMs + briefMs >= half ? 'brief' : 'away');
  }
  return truths;
}

/** The time inside the window for which a frame stands. */
function reachMs(frames: readonly TrueFrame[], i: number, startMs: number, endMs: number): number {
  const tMs = frames[i]?.tMs ?? 0;
  const beforeMs = frames[i - 1]?.tMs ?? -Infinity;
  const afterMs = frames[i + 1]?.tMs ?? Infinity;
  const from = Math.max((beforeMs + tMs) / 2, tMs - MAX_REACH_MS, startMs);
  const to = Math.min((tMs + afterMs) / 2, tMs + MAX_REACH_MS, endMs);
  return Math.max(0, to - from);
}

function briefFrames(frames: readonly TrueFrame[]): boolean[] {
  let sinceMs: number | null = null;
  return frames.map(({ tMs, looksAt }) => {
    if (looksAt !== 'down') {
      sinceMs = null;
      return false;
    }
    sinceMs ??= tMs;
    return tMs - sinceMs < BRIEF_MS;
  });
}
