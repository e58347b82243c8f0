import type { Figure } from '@lectern/testbed';

/** What only the server can tell of itself. */
const TOLD = /^lectern_server_(?:cpu|memory|event_loop)/;

/**
 * Takes the goals off figures that a server elsewhere did not tell: they are named and not judged. `figures` have their selector as the
 * beginning of their note.
 */
export function withoutUntold(figures: readonly Figure[]): readonly Figure[] {
  return figures.map((figure) =>
    isUntold(figure) ? { ...figure, goal: null, note: `not judged: the server does not tell ${figure.note}` } : figure,
  );
}

/** The names of goals that could not be judged. */
export function notJudged(figures: readonly Figure[]): readonly string[] {
  return figures.filter(isUntold).map(({ name }) => name);
}

function isUntold({ value, goal, note }: Figure): boolean {
  return value === null && goal !== null && TOLD.test(note);
}
