import { percentile, type Figure } from '@lectern/testbed';
import { normals } from './chance.ts';
import { meanError, type MeanError } from './mean-error.ts';
import { FEWEST_JUDGED, longestHeldMinutes } from './planned-time.ts';
import type { Plot } from './plot.ts';
import { parseSelector, select, type Point } from './points.ts';
import { stepsOf, type Step } from './steps.ts';

/** What takes CPU of the server; together they are what a student costs. */
const PARTS: readonly (readonly [part: string, name: string])[] = [
  ['server', 'server'],
  ['worker', 'media workers'],
  ['analytics', 'analytics'],
];
/** More are no goal. */
const MOST = 2_000;
/** Enough for a p95 within one percent. */
const DRAWS = 2_000;
const TOO_FEW = `two loads from ${FEWEST_JUDGED} to ${MOST} students are needed, and at each more of the server's CPU than with nobody in the class`;

interface Cost {
  readonly people: number;
  /** Of one student, in thousandths of a core, with its standard error. */
  readonly each: number;
  readonly error: number;
  /** What all together took, in cores. */
  readonly took: MeanError;
}

/** What was asked for. */
interface Asked {
  readonly participants: number;
  /** For which each load is held. */
  readonly minutes: number;
  /** Whether something else than the load ended it. */
  readonly isBrokenOff: boolean;
}

/**
 * How much dearer one student became than at the cheapest load before, at the most: (CPU - idle) / n, from 100 students to 2,000, or to as
 * many as were asked for; null where fewer were borne. `points` are those before it broke. Nothing for a run without steps.
 *
 * The most of many rises is what scatter makes larger rather than smaller: the goal is on what was measured, and beside it stands how much a flat cost
 * would have shown.
 */
export function costRise(points: readonly Point[], goal: number | null, asked: Asked): readonly Figure[] {
  const steps = stepsOf(points);
  if (steps.length === 0) return [];
  const costs = costsOf(steps, totalOf(steps)).filter(({ people }) => people >= FEWEST_JUDGED && people <= MOST);
  const borne = steps.at(-1)?.people ?? 0;
  const wanted = Math.min(MOST, asked.participants);
  const each = costs.map((cost) => cost.each);
  const rise = riseOverCheapest(each);
  const byScatter = riseByScatter(steps, costs);
  const course = costs
    .map(({ people, each, error }) => `${people}: ${each.toPrecision(3)} ± ${error.toPrecision(2)}`)
    .join(', ');
  return [
    {
      ...{ name: 'cost of one student: most rise over the cheapest load before', unit: '%', goal },
      value: borne < wanted ? null : rise,
      note:
        borne < wanted
          ? `it ${asked.isBrokenOff ? 'was broken off' : 'broke'} before ${wanted} students; so far: ${course === '' ? 'nothing' : course}`
          : rise === null
            ? TOO_FEW
            : `${inDoubt(rise, byScatter, goal, asked)}${course} thousandths of a core, each with its standard error; the parts of the server together`,
    },
    {
      ...{ name: 'cost of one student: most rise that a flat cost would have shown by scatter', unit: '%', goal: null },
      value: byScatter === Infinity ? null : byScatter,
      note: 'in 19 of 20 such runs, by how each load swayed from second to second',
    },
    {
      ...{ name: 'cost of one student: most rise from one load to the next', unit: '%', goal: null },
      value: mostRise(each, (index) => each[index - 1]),
      note: 'many small rises add up to a large one',
    },
    {
      ...{ name: 'students who were borne without a break', unit: 'students', goal: null },
      value: borne,
      note: 'the last load before it broke',
    },
  ];
}

/**
 * Where the goal is missed by what scatter alone may have made: how long each load must be held for half of that goal, or as long as it can be. Fewer people
 * would leave no more time for each, since there are as many loads, and their cost would be told less surely.
 */
function inDoubt(
  rise: number,
  byScatter: number | null,
  goal: number | null,
  { participants, minutes }: Asked,
): string {
  if (goal === null || byScatter === null || rise < goal || byScatter < rise - goal) return '';
  const [share, times] =
    byScatter === Infinity ? ['all', 8] : [`up to ${byScatter.toFixed(0)} %`, (byScatter / (goal / 2)) ** 2];
  const longer = Number((minutes * Math.max(2, times)).toPrecision(1));
  const longest = longestHeldMinutes(participants);
  const remedy =
    longer <= longest
      ? `hold each load for longer (--minutes ${longer}) to tell`
      : longest > minutes
        ? `hold each load for as long as one class can take (--minutes ${longest}), several times, to tell`
        : 'one class can take no longer: run it several times to tell';
  return `of this ${share} may be scatter: ${remedy}; `;
}

function riseOverCheapest(each: readonly number[]): number | null {
  let cheapest = Infinity;
  const before = each.map((cost) => {
    const soFar = cheapest;
    cheapest = Math.min(cheapest, cost);
    return soFar;
  });
  return mostRise(each, (index) => before[index]);
}

/** In percent; null where there are no two loads, or nobody cost anything at one: nothing is dearer than that by so many percent. */
function mostRise(each: readonly number[], before: (index: number) => number | undefined): number | null {
  if (each.some((cost) => cost <= 0)) return null;
  const rises = each.slice(1).map((cost, at) => (cost / (before(at + 1) ?? Number.NaN) - 1) * 100);
  const most = Math.max(...rises);
  return Number.isFinite(most) ? most : null;
}

/**
 * The p95 of the most rise, in percent, that runs would show in which one student costs the same at every load, and all sways as it did: drawn, with the
 * same draws each time. Infinite where at one load it
 * might be nothing, null where there is nothing to tell it from.
 */
function riseByScatter(steps: readonly Step[], costs: readonly Cost[]): number | null {
  const rest = restOf(steps, totalOf(steps));
  if (rest === null || costs.length < 2 || costs.some(({ error }) => !Number.isFinite(error))) return null;
  const students = costs.reduce((sum, { people }) => sum + people, 0);
  const flat = costs.reduce((sum, { each, people }) => sum + each * people, 0) / students;
  const draw = normals(1);
  const drawn = Array.from({ length: DRAWS }, () => {
    const restIsOff = rest.error * draw();
    const each = costs.map(({ people, took }) => flat + ((took.error * draw() - restIsOff) / people) * 1000);
    return riseOverCheapest(each) ?? Infinity;
  });
  return percentile(drawn, 0.95);
}

/** What one student costs at each load, by part and together, over what the class takes with nobody in it; a part that takes less than then costs less than nothing. */
export function costPlot(points: readonly Point[]): Plot {
  const steps = stepsOf(points);
  const line = (name: string, read: Reading) => ({
    name,
    points: costsOf(steps, read).map(({ people, each }) => [people, each] as const),
  });
  return {
    ...{ title: 'CPU of one student against load, over what the class takes with nobody in it' },
    ...{ x: 'students present', y: 'thousandths of a core' },
    series: [
      ...PARTS.map(([part, name]) => line(name, (step) => secondsOf(step, selectorOf(part)))),
      line(PARTS.map(([, name]) => name).join(' + '), totalOf(steps)),
      line('generator, beside these', (step) => secondsOf(step, 'lectern_generator_cpu')),
    ],
  };
}

/** The cores that something took at each look of a step. */
type Reading = (step: Step) => readonly number[];

function costsOf(steps: readonly Step[], read: Reading): readonly Cost[] {
  const rest = restOf(steps, read);
  if (rest === null) return [];
  return steps.slice(1).flatMap((step) => {
    const took = meanError(read(step));
    if (took === null) return [];
    const error = (Math.hypot(took.error, rest.error) / step.people) * 1000;
    return [{ people: step.people, each: ((took.mean - rest.mean) / step.people) * 1000, error, took }];
  });
}

/** What it takes with nobody in the class; null where that was not measured. */
function restOf([idle]: readonly Step[], read: Reading): MeanError | null {
  return idle?.people === 0 ? meanError(read(idle)) : null;
}

/** Sums the parts that were measured at rest, look by look; nothing for a step at which one of them was not. */
function totalOf([idle]: readonly Step[]): Reading {
  const parts = PARTS.map(([part]) => selectorOf(part)).filter(
    (part) => idle !== undefined && secondsOf(idle, part).length > 0,
  );
  return (step) => {
    const [first = [], ...others] = parts.map((part) => secondsOf(step, part));
    const looks = Math.min(first.length, ...others.map(({ length }) => length));
    return first.slice(0, looks).map((cores, look) => others.reduce((sum, other) => sum + (other[look] ?? 0), cores));
  };
}

function selectorOf(part: string): string {
  return `lectern_server_cpu{part:${part}}`;
}

function secondsOf({ points }: Step, selector: string): readonly number[] {
  return select(points, parseSelector(selector)).map(({ value }) => value);
}
