import type { RunFigure } from './result.ts';

/** Takes the goals off figures that a server elsewhere did not tell: they are named and not judged. */
export function withoutUntold(figures: readonly RunFigure[]): readonly RunFigure[] {
  return figures.map((figure) =>
    figure.untold === true && figure.goal !== null
      ? { ...figure, goal: null, note: `not judged: the server does not tell ${figure.note}` }
      : figure,
  );
}

/** The names of goals that could not be judged. */
export function notJudged(figures: readonly RunFigure[]): readonly string[] {
  return figures.filter(({ untold, goal }) => untold === true && goal !== null).map(({ name }) => name);
}
