/** What was said and what was true of one frame of one file. */
export interface BlinkFrame {
  readonly frame: number;
  /** Null where nothing was said, since no face was found: the frame is left out, whatever its truth. */
  readonly said: boolean | null;
  readonly truth: boolean;
}

/** Of blinks while no face is found: nothing is said of them, or they are misses. */
export type Unfound = 'left out' | 'missed';

/** Right ones, false alarms and misses. */
export interface EventCounts {
  readonly found: number;
  readonly invented: number;
  readonly missed: number;
}

/** A run of frames by their place among the file's frames, both ends included. */
interface Run {
  readonly from: number;
  readonly to: number;
}

/** How far a blink that was said may lie from the true one, in frames. */
const WITHIN_FRAMES = 1;

/**
 * Blinks of one file, its frames in any order. A blink is a run of consecutive frames; one that is said matches a true one when both overlap or
 * lie within one frame, and each is used once. Where frames are left out regularly, the next one that is there is the consecutive one.
 */
export function countBlinks(frames: readonly BlinkFrame[]): EventCounts {
  const placed = place(frames).filter(({ said }) => said !== null);
  const said = runs(placed.filter(({ said }) => said === true));
  const truly = runs(placed.filter(({ truth }) => truth));
  let found = 0;
  let s = 0;
  let t = 0;
  for (let a = said[s], b = truly[t]; a !== undefined && b !== undefined; a = said[s], b = truly[t]) {
    if (a.from <= b.to + WITHIN_FRAMES && b.from <= a.to + WITHIN_FRAMES) {
      found += 1;
      s += 1;
      t += 1;
    } else if (a.to < b.to) s += 1;
    else t += 1;
  }
  return { found, invented: said.length - found, missed: truly.length - found };
}

/** Harmonic mean of precision and recall; null when there was neither a true one nor one that was said. */
export function f1({ found, invented, missed }: EventCounts): number | null {
  const all = 2 * found + invented + missed;
  return all > 0 ? (2 * found) / all : null;
}

/** Numbers the frames by the usual step between them: a larger gap is one of as many frames. */
function place(frames: readonly BlinkFrame[]): (BlinkFrame & { readonly at: number })[] {
  const sorted = frames.toSorted((a, b) => a.frame - b.frame);
  const steps = sorted.slice(1).map(({ frame }, i) => frame - (sorted[i]?.frame ?? frame));
  const step = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 1;
  let at = 0;
  return sorted.map((frame, i) => {
    if (i > 0) at += Math.max(1, Math.round((steps[i - 1] ?? step) / Math.max(1, step)));
    return { ...frame, at };
  });
}

function runs(frames: readonly { readonly at: number }[]): Run[] {
  const found: Run[] = [];
  for (const { at } of frames) {
    const last = found.at(-1);
    if (last?.to === at - 1) found[found.length - 1] = { from: last.from, to: at };
    else found.push({ from: at, to: at });
  }
  return found;
}
