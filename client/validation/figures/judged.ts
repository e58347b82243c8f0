import { figureOfSums, valueOf, type Figure, type OfSubject } from './resampling.ts';

/** A probability beside what was true; a score of null is an abstention. */
export interface Judged extends OfSubject {
  readonly score: number | null;
  readonly truth: boolean;
}

/** What a score is called at and above which it says facing. */
export const THRESHOLD = 0.5;

/** Of a binary judgement, on each truth: how many were right. Abstentions are left out, or count as wrong. */
export function balancedAccuracyFigure(
  rows: readonly Judged[],
  { abstentions }: { readonly abstentions: 'left out' | 'errors' },
): Figure {
  return figureOfSums(
    abstentions === 'errors' ? rows : told(rows),
    4,
    ({ score, truth }) => {
      const right = isRight(score, truth);
      return truth ? [1, right, 0, 0] : [0, 0, 1, right];
    },
    ([facing = 0, facingRight = 0, away = 0, awayRight = 0]) =>
      facing > 0 && away > 0 ? (facingRight / facing + awayRight / away) / 2 : null,
  );
}

/** The share of those truly facing that is called facing (`sensitivity`), and of the others that is not (`specificity`). */
export function rateFigure(rows: readonly Judged[], rate: 'sensitivity' | 'specificity'): Figure {
  const of = told(rows).filter(({ truth }) => truth === (rate === 'sensitivity'));
  return figureOfSums(
    of,
    2,
    ({ score, truth }) => [1, isRight(score, truth)],
    ([count = 0, right = 0]) => (count > 0 ? right / count : null),
  );
}

/** The share of abstentions. */
export function abstentionFigure(rows: readonly Judged[]): Figure {
  return figureOfSums(
    rows,
    2,
    ({ score }) => [1, score === null ? 1 : 0],
    ([count = 0, abstained = 0]) => (count > 0 ? abstained / count : null),
  );
}

/** The probability that a facing one scores above another; equal scores count half. Exact, abstentions left out. */
export function aucFigure(rows: readonly Judged[]): Figure {
  const sorted = told(rows).sort((a, b) => a.score - b.score);
  return (weights) => {
    let facing = 0;
    let away = 0;
    let wins = 0;
    let start = 0;
    while (start < sorted.length) {
      const { score } = sorted[start] ?? { score: 0 };
      let facingHere = 0;
      let awayHere = 0;
      let end = start;
      for (let row = sorted[end]; row?.score === score; row = sorted[end]) {
        const weight = weights[row.subject] ?? 0;
        if (row.truth) facingHere += weight;
        else awayHere += weight;
        end += 1;
      }
      wins += facingHere * (away + awayHere / 2);
      facing += facingHere;
      away += awayHere;
      start = end;
    }
    return facing > 0 && away > 0 ? wins / (facing * away) : null;
  };
}

/** How scores are binned, and at which share of facing: as it is in the data when null. */
export interface CalibrationOptions {
  readonly bins: number;
  readonly facingShare: number | null;
}

/**
 * Expected calibration error over bins of equal width: the mean distance of score and truth within a bin, by the bin's weight. With a
 * `facingShare` both classes are weighted so that facing has that share; null when one of them is missing then. Abstentions are left out.
 */
export function eceFigure(rows: readonly Judged[], { bins, facingShare }: CalibrationOptions): Figure {
  return figureOfSums(
    told(rows),
    bins * 4,
    ({ score, truth }) => {
      const addends = new Array<number>(bins * 4).fill(0);
      const at = 4 * Math.min(bins - 1, Math.floor(score * bins)) + (truth ? 2 : 0);
      addends[at] = 1;
      addends[at + 1] = score;
      return addends;
    },
    (sums) => eceOf(sums, facingShare),
  );
}

/** `sums` has for each bin: others, the sum of their scores, facing ones, the sum of theirs. */
function eceOf(sums: readonly number[], facingShare: number | null): number | null {
  const every = (offset: number): number => sums.reduce((sum, n, i) => (i % 4 === offset ? sum + n : sum), 0);
  const away = every(0);
  const facing = every(2);
  if (away + facing === 0 || (facingShare !== null && (away === 0 || facing === 0))) return null;
  const weightFacing = facingShare === null ? 1 : facingShare / facing;
  const weightAway = facingShare === null ? 1 : (1 - facingShare) / away;
  const total = weightFacing * facing + weightAway * away;
  let error = 0;
  for (let at = 0; at < sums.length; at += 4) {
    const [, scoresAway = 0, countFacing = 0, scoresFacing = 0] = sums.slice(at, at + 4);
    error += Math.abs(weightFacing * (scoresFacing - countFacing) + weightAway * scoresAway);
  }
  return error / total;
}

/** `balancedAccuracyFigure` of plain scores. */
export function balancedAccuracy(scores: readonly (number | null)[], truths: readonly boolean[]): number | null {
  return valueOf(balancedAccuracyFigure(judged(scores, truths), { abstentions: 'left out' }), 1);
}

/** `aucFigure` of plain scores. */
export function auc(scores: readonly (number | null)[], truths: readonly boolean[]): number | null {
  return valueOf(aucFigure(judged(scores, truths)), 1);
}

/** `eceFigure` of plain scores. */
export function ece(
  scores: readonly (number | null)[],
  truths: readonly boolean[],
  options: CalibrationOptions,
): number | null {
  return valueOf(eceFigure(judged(scores, truths), options), 1);
}

function judged(scores: readonly (number | null)[], truths: readonly boolean[]): Judged[] {
  if (scores.length !== truths.length) throw new RangeError('there must be one truth for each score');
  return scores.map((score, i) => ({ score, truth: truths[i] ?? false, subject: 0 }));
}

function told(rows: readonly Judged[]): (Judged & { readonly score: number })[] {
  return rows.flatMap((row) => (row.score === null ? [] : [{ ...row, score: row.score }]));
}

/** 1 or 0; an abstention is never right. */
function isRight(score: number | null, truth: boolean): number {
  if (score === null) return 0;
  const saysFacing = score >= THRESHOLD;
  return saysFacing === truth ? 1 : 0;
}
