import { abstentionFigure, balancedAccuracyFigure, rateFigure, type Judged } from '../figures/judged.ts';
import { meanFigure, type Figure } from '../figures/resampling.ts';
import type { JoinedWindow } from './join.ts';
import { figureOf, judgements, type RowsFigure } from './rows-figure.ts';

/** All figures that these windows have a truth for; brief ones stand outside. */
export function figuresOfWindows(windows: readonly JoinedWindow[]): RowsFigure[] {
  const counted = windows.filter(({ truth }) => !truth.brief);
  const judged = counted.flatMap(({ subject, truth, row }): Judged[] =>
    truth.facing === null ? [] : [{ subject, score: row.score, truth: truth.facing }],
  );
  return [...judgements('windows', 'window', judged), ...rates(judged), ...abstentions(counted)];
}

function rates(judged: readonly Judged[]): RowsFigure[] {
  if (judged.length === 0) return [];
  const told = (truth: boolean): Judged[] => judged.filter((row) => row.score !== null && row.truth === truth);
  const of = (name: string, label: string, rows: readonly Judged[], figure: Figure): RowsFigure =>
    figureOf(name, label, 'share', rows, figure);
  return [
    of(
      'windowsBalancedAccuracyAllCounted',
      'window, balanced accuracy, abstentions wrong',
      judged,
      balancedAccuracyFigure(judged, { abstentions: 'errors' }),
    ),
    of('windowsSensitivity', 'facing windows called facing', told(true), rateFigure(judged, 'sensitivity')),
    of('windowsSpecificity', 'other windows called not facing', told(false), rateFigure(judged, 'specificity')),
  ];
}

function abstentions(windows: readonly JoinedWindow[]): RowsFigure[] {
  if (windows.length === 0) return [];
  const of = (name: string, label: string, figure: Figure): RowsFigure =>
    figureOf(name, label, 'share', windows, figure);
  const asJudged = windows.map(({ subject, row }) => ({ subject, score: row.score, truth: true }));
  const reasons = [...new Set(windows.flatMap(({ row }) => row.abstain ?? []))].sort();
  return [
    of('windowsAbstained', 'windows abstained', abstentionFigure(asJudged)),
    ...reasons.map((reason) =>
      of(
        `windowsAbstained:${reason}`,
        `  for ${reason}`,
        meanFigure(windows, ({ row }) => (row.abstain === reason ? 1 : 0)),
      ),
    ),
  ];
}
