import { ANGLES, type AngleColumn } from './figures-of-frames.ts';
import type { JoinedFrame } from './join.ts';

/** With fewer frames nothing can be said of a sign. */
const MIN_FRAMES = 20;
/** Nobody measures that badly: below this correlation the labels have the other sign. */
const TURNED = -0.6;

/** Columns whose truths and measured values run against each other: labels with another convention. */
export function turnedSigns(frames: readonly JoinedFrame[]): AngleColumn[] {
  return (Object.keys(ANGLES) as AngleColumn[]).filter((column) => {
    const pairs = frames.flatMap(({ truth, row }) => {
      const [wanted, got] = [truth[column], row[column]];
      return wanted === null || got === null ? [] : [[wanted, got] as const];
    });
    return pairs.length >= MIN_FRAMES && correlation(pairs) < TURNED;
  });
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[of], 0) / pairs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}
