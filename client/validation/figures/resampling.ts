import { seeded } from '../../lab/random.ts';

/** How often each subject is in a resample, by the subject's number. */
export type SubjectWeights = ArrayLike<number>;

/** A figure of any resample of the subjects; null where it has no value (nothing to judge, one class only). */
export type Figure = (weights: SubjectWeights) => number | null;

/** What belongs to one subject; subjects are numbered from 0. */
export interface OfSubject {
  readonly subject: number;
}

/** The 95 % interval of a figure. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Below this many subjects a resample of them says nothing. */
export const MIN_SUBJECTS = 5;
/** Of the resamples at least this share must have a value, or there is no interval. */
const MIN_DEFINED_SHARE = 0.5;

/**
 * A figure that follows from sums over rows: each row gives its addends, `value` makes the figure from their sums. Summed once for
 * each subject, so that a thousand resamples of a million rows take no time.
 */
export function figureOfSums<Row extends OfSubject>(
  rows: readonly Row[],
  width: number,
  addends: (row: Row) => readonly number[],
  value: (sums: readonly number[]) => number | null,
): Figure {
  const bySubject = new Map<number, number[]>();
  for (const row of rows) {
    const sums = bySubject.get(row.subject) ?? new Array<number>(width).fill(0);
    bySubject.set(row.subject, sums);
    for (const [i, addend] of addends(row).entries()) sums[i] = (sums[i] ?? 0) + addend;
  }
  return (weights) => {
    const total = new Array<number>(width).fill(0);
    for (const [subject, sums] of bySubject) {
      const weight = weights[subject] ?? 0;
      if (weight > 0) for (let i = 0; i < width; i++) total[i] = (total[i] ?? 0) + weight * (sums[i] ?? 0);
    }
    return value(total);
  };
}

/** The mean over rows of what `pick` gives. */
export function meanFigure<Row extends OfSubject>(rows: readonly Row[], pick: (row: Row) => number): Figure {
  return figureOfSums(
    rows,
    2,
    (row) => [pick(row), 1],
    ([sum = 0, count = 0]) => (count > 0 ? sum / count : null),
  );
}

/** The figure of all subjects, each once. */
export function valueOf(figure: Figure, subjects: number): number | null {
  return figure(new Uint8Array(subjects).fill(1));
}

/**
 * The 95 % percentile interval from `resamples` draws of the subjects with replacement, the same for the same seed. Null with fewer than
 * `MIN_SUBJECTS` of `among`, or where most resamples have no value. `among` are the numbers of the subjects to draw from.
 */
export function bootstrapInterval(
  figure: Figure,
  among: readonly number[],
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): Interval | null {
  if (among.length < MIN_SUBJECTS) return null;
  const random = seeded(seed);
  const weights = new Uint16Array(Math.max(...among) + 1);
  const values: number[] = [];
  for (let i = 0; i < resamples; i++) {
    weights.fill(0);
    const drawn = among.map(() => random.pick(among));
    for (const subject of drawn) weights[subject] = (weights[subject] ?? 0) + 1;
    const value = figure(weights);
    if (value !== null) values.push(value);
  }
  if (values.length < Math.max(1, MIN_DEFINED_SHARE * resamples)) return null;
  const sorted = values.sort((a, b) => a - b);
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** Between the two nearest of ascending values, linearly. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
