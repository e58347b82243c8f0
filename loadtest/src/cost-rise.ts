import type { Figure } from '@lectern/testbed';
import { aggregate } from './aggregate.ts';
import type { Plot } from './plot.ts';
import { parseSelector, select, type Point } from './points.ts';
import { stepsOf, type Step } from './steps.ts';

/** What takes CPU of the server; together they are what a student costs. */
const PARTS: readonly (readonly [part: string, name: string])[] = [
  ['server', 'server'],
  ['worker', 'media workers'],
  ['analytics', 'analytics'],
];
/** Of fewer students one's cost is lost in what the class takes anyway; more are no goal. */
const FEWEST = 100;
const MOST = 2_000;
const TOO_FEW = `two loads from ${FEWEST} to ${MOST} students, and the server's CPU at each, are needed`;

interface Cost {
  readonly people: number;
  /** Of one student, in thousandths of a core. */
  readonly each: number;
}

/**
 * How much dearer one student became than at the cheapest load before, at the most: (CPU - idle) / n, from 100 students to 2,000, or to as
 * many as were `asked` for; null where fewer were borne. `points` are those before it broke. Nothing for a run without steps.
 */
export function costRise(points: readonly Point[], goal: number | null, asked: number): readonly Figure[] {
  const steps = stepsOf(points);
  if (steps.length === 0) return [];
  const costs = costsOf(steps, totalOf(steps)).filter(({ people }) => people >= FEWEST && people <= MOST);
  const borne = steps.at(-1)?.people ?? 0;
  const wanted = Math.min(MOST, asked);
  const fromOneToTheNext = mostRise(costs, (index) => costs[index - 1]?.each);
  const fromTheCheapest = mostRise(costs, (index) => Math.min(...costs.slice(0, index).map(({ each }) => each)));
  const course = costs.map(({ people, each }) => `${people}: ${each.toPrecision(3)}`).join(', ');
  return [
    {
      ...{ name: 'cost of one student: most rise over the cheapest load before', unit: '%', goal },
      value: borne < wanted ? null : fromTheCheapest,
      note:
        borne < wanted
          ? `it broke before ${wanted} students; so far: ${course}`
          : fromTheCheapest === null
            ? TOO_FEW
            : `${course} thousandths of a core, the parts of the server together`,
    },
    {
      ...{ name: 'cost of one student: most rise from one load to the next', unit: '%', goal: null },
      value: fromOneToTheNext,
      note: 'many small rises add up to a large one',
    },
    {
      ...{ name: 'students who were borne without a break', unit: 'students', goal: null },
      value: borne,
      note: 'the last load before it broke',
    },
  ];
}

/** In percent; null where there are no two loads, or the one before cost nothing. */
function mostRise(costs: readonly Cost[], before: (index: number) => number | undefined): number | null {
  const rises = costs.slice(1).map(({ each }, at) => (each / (before(at + 1) ?? Number.NaN) - 1) * 100);
  const most = Math.max(...rises);
  return Number.isFinite(most) ? most : null;
}

/** What one student costs at each load, by part and together, over what the class takes with nobody in it. */
export function costPlot(points: readonly Point[]): Plot {
  const steps = stepsOf(points);
  const line = (name: string, read: (step: Step) => number | null) => ({
    name,
    points: costsOf(steps, read).map(({ people, each }) => [people, Math.max(0, each)] as const),
  });
  return {
    ...{ title: 'CPU of one student against load', x: 'students present', y: 'thousandths of a core' },
    series: [
      ...PARTS.map(([part, name]) => line(name, (step) => coresOf(step, part))),
      line('together', totalOf(steps)),
      line('generator', ({ points: of }) => mean(of, 'lectern_generator_cpu')),
    ],
  };
}

function costsOf(steps: readonly Step[], read: (step: Step) => number | null): readonly Cost[] {
  const [idle, ...loaded] = steps;
  const rest = idle?.people === 0 ? read(idle) : null;
  if (rest === null) return [];
  return loaded.flatMap((step) => {
    const cores = read(step);
    return cores === null ? [] : [{ people: step.people, each: ((cores - rest) / step.people) * 1000 }];
  });
}

/** Sums the parts that were measured at rest; null for a step at which one of them was not. */
function totalOf([idle]: readonly Step[]): (step: Step) => number | null {
  const parts = PARTS.map(([part]) => part).filter((part) => idle !== undefined && coresOf(idle, part) !== null);
  return (step) => {
    const cores = parts.map((part) => coresOf(step, part));
    return cores.length === 0 || cores.includes(null)
      ? null
      : cores.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  };
}

function coresOf({ points }: Step, part: string): number | null {
  return mean(points, `lectern_server_cpu{part:${part}}`);
}

function mean(points: readonly Point[], selector: string): number | null {
  return aggregate(
    'avg',
    select(points, parseSelector(selector)).map(({ value }) => value),
  );
}
