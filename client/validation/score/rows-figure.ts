import { aucFigure, balancedAccuracyFigure, eceFigure, type Judged } from '../figures/judged.ts';
import type { Figure, OfSubject } from '../figures/resampling.ts';

/** A figure of some rows, before it is worked out. */
export interface RowsFigure {
  readonly name: string;
  readonly label: string;
  readonly unit: 'degrees' | 'share';
  readonly figure: Figure;
  /** Rows that it is made from, and their subjects. */
  readonly rows: number;
  readonly subjects: ReadonlySet<number>;
}

const CALIBRATION = { bins: 15, facingShare: null } as const;

export function figureOf(
  name: string,
  label: string,
  unit: RowsFigure['unit'],
  rows: readonly OfSubject[],
  figure: Figure,
): RowsFigure {
  return { name, label, unit, figure, rows: rows.length, subjects: new Set(rows.map(({ subject }) => subject)) };
}

/** What is told of probabilities beside the truth; nothing where there is no truth. */
export function judgements(name: string, words: string, judged: readonly Judged[]): RowsFigure[] {
  if (judged.length === 0) return [];
  const scored = judged.filter(({ score }) => score !== null);
  const of = (figure: string, label: string, value: Figure): RowsFigure =>
    figureOf(`${name}${figure}`, `${words}, ${label}`, 'share', scored, value);
  return [
    of('BalancedAccuracy', 'balanced accuracy', balancedAccuracyFigure(judged, { abstentions: 'left out' })),
    of('Auc', 'AUC', aucFigure(judged)),
    of('Ece', 'ECE', eceFigure(judged, CALIBRATION)),
  ];
}
