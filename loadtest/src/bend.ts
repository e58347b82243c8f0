import { student975 } from './slope.ts';

/** Two straight lines that meet, the second steeper than the first. */
export interface Bend {
  /** The x at which they meet: one of those that were measured. */
  readonly at: number;
  /** Between these they meet, with 95 % confidence: from the sample before the first x at which they may as well, to the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The slopes before and after. */
  readonly before: number;
  readonly after: number;
}

type Sample = readonly [x: number, y: number];

/** Fewer leave nothing over to tell scatter by: three on the first line, two more on the second, two to spare. */
export const FEWEST_FOR_A_BEND = 7;
const BEFORE = 3;
const AFTER = 2;
/** Where the meeting point is chosen, two lines take four numbers of the samples. */
const FITTED = 4;
/** One straight course of a hundred would look as bent by scatter alone. */
const BY_CHANCE = 0.01;
const STEEPER = 1.5;
/** What is smaller than this matters to nobody, however sure it is. */
const FARTHER = 1.1;

/**
 * Where samples in the order of x bend upwards; null where nothing says so. Two lines that meet must fit so much better than one that an F-test gives
 * that a chance of less than 1 % on a straight course, the second must be steeper by half, and come at the last x to a tenth more than what the first
 * comes to there, or was at the bend.
 */
export function bendOf(samples: readonly Sample[]): Bend | null {
  const n = samples.length;
  if (n < FEWEST_FOR_A_BEND) return null;
  const xs = samples.map(([x]) => x);
  const one = lineThrough(
    xs,
    samples.map(([, y]) => y),
  );
  const bent = xs
    .slice(BEFORE - 1, n - AFTER)
    .map((at) => bentAt(at, xs, one))
    .filter(({ steeper }) => steeper > 0);
  const best = bent.reduce<Bent | null>((least, each) => (each.left < (least?.left ?? Infinity) ? each : least), null);
  if (best === null || !isSure(best, one, n) || !isFar(best, xs.at(-1) ?? 0)) return null;
  const free = n - FITTED;
  const asWell = bent.filter(({ left }) => left <= best.left * (1 + student975(free) ** 2 / free));
  return {
    ...{ at: best.at, from: neighbour(xs, asWell[0], -1), to: neighbour(xs, asWell.at(-1), 1) },
    ...{ before: best.before, after: best.before + best.steeper },
  };
}

/** The x that was measured before, or after, that of these lines. */
function neighbour(xs: readonly number[], bent: Bent | undefined, step: -1 | 1): number {
  return xs[xs.indexOf(bent?.at ?? Number.NaN) + step] ?? Number.NaN;
}

interface Line {
  /** At x zero. */
  readonly start: number;
  readonly slope: number;
  readonly residuals: readonly number[];
}

/** The line of least squares. */
function lineThrough(xs: readonly number[], ys: readonly number[]): Line {
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const fromMean = xs.map((x) => x - meanX);
  const slope = dot(fromMean, ys) / dot(fromMean, fromMean);
  const start = meanY - slope * meanX;
  return { start, slope, residuals: ys.map((y, index) => y - start - slope * (xs[index] ?? 0)) };
}

interface Bent {
  readonly at: number;
  /** The first line. */
  readonly start: number;
  readonly before: number;
  /** By how much the second is steeper. */
  readonly steeper: number;
  /** The sum of the squares that both leave unexplained. */
  readonly left: number;
}

/** The two lines of least squares that meet there: what a hinge adds of its own explains more of what one line left. */
function bentAt(at: number, xs: readonly number[], one: Line): Bent {
  const hinge = lineThrough(
    xs,
    xs.map((x) => Math.max(0, x - at)),
  );
  const own = dot(hinge.residuals, hinge.residuals);
  const steeper = dot(hinge.residuals, one.residuals) / own;
  return {
    ...{ at, steeper },
    start: one.start - steeper * hinge.start,
    before: one.slope - steeper * hinge.slope,
    left: Math.max(0, dot(one.residuals, one.residuals) - steeper ** 2 * own),
  };
}

/** With two more numbers fitted the tail of F is a power of what they left of the squares. */
function isSure({ left }: Bent, one: Line, n: number): boolean {
  return (left / dot(one.residuals, one.residuals)) ** ((n - FITTED) / 2) < BY_CHANCE;
}

function isFar({ at, start, before, steeper }: Bent, last: number): boolean {
  const bend = start + before * at;
  const straight = Math.max(bend, start + before * last);
  const steepEnough = before + steeper >= STEEPER * Math.max(0, before);
  return steepEnough && bend + (before + steeper) * (last - at) >= FARTHER * straight;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
