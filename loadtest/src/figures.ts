import { aggregate } from './aggregate.ts';
import { KNOWN, OF_GROUPS, type Known } from './known-figures.ts';
import { parseSelector, select, selectorText, type Point } from './points.ts';
import type { RunFigure } from './result.ts';
import type { Thresholds } from './thresholds.ts';

function ofGroups(points: readonly Point[]): readonly Known[] {
  const groups = new Set(points.flatMap(({ tags }) => tags['group'] ?? []).filter((group) => group !== ''));
  return [...groups].flatMap((group) =>
    OF_GROUPS.map(({ name, selector, ...rest }) => {
      const { metric, tags } = parseSelector(selector);
      return { ...rest, name: `${group}: ${name}`, selector: selectorText({ metric, tags: { ...tags, group } }) };
    }),
  );
}

/** Every figure that there are samples of, and every goal, whether there are or not. */
export function figuresOf(points: readonly Point[], thresholds: Thresholds): readonly RunFigure[] {
  const goals = thresholds.map((goal) => ({ ...goal, selector: normalised(goal.selector) }));
  const figures: RunFigure[] = [];
  for (const known of [...KNOWN, ...ofGroups(points)]) {
    const at = goals.findIndex(({ selector, how }) => selector === normalised(known.selector) && how === known.how);
    const goal = at === -1 ? null : (goals.splice(at, 1)[0]?.below ?? null);
    const figure = figureOf(points, known, goal);
    if (figure.value !== null || goal !== null) figures.push(figure);
  }
  // A scenario may ask for what no other does.
  const more = goals.map(({ selector, how, below }) =>
    figureOf(points, { name: `${selector} ${how}`, selector, how, unit: '' }, below),
  );
  return [...figures, ...more];
}

function figureOf(
  points: readonly Point[],
  { name, selector, how, unit, scale = 1, toldByServer, explained }: Known,
  goal: number | null,
): RunFigure {
  const samples = select(points, parseSelector(selector)).map(({ value }) => value);
  const value = aggregate(how, samples);
  return {
    ...{ name, unit },
    value: value === null ? null : value * scale,
    goal: goal === null ? null : goal * scale,
    note: explained === undefined ? `${selector} ${how}` : `${selector} ${how}; ${explained}`,
    ...(toldByServer === true && isUntold(points, selector) ? { untold: true } : {}),
  };
}

/** True where there is nothing of it at any time of the run: a class that never settled is no fault of what the server tells. */
function isUntold(points: readonly Point[], selector: string): boolean {
  const { metric, tags } = parseSelector(selector);
  const ofAnyTime = Object.fromEntries(Object.entries(tags).filter(([tag]) => tag !== 'state'));
  return select(points, { metric, tags: ofAnyTime }).length === 0;
}

/** Two ways of writing the same selector become one. */
function normalised(selector: string): string {
  return selectorText(parseSelector(selector));
}
