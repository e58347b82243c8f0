import { parseSelector, select, type Point } from './points.ts';
import type { RunFigure } from './result.ts';
import { slopeOf } from './slope.ts';

const PARTS = ['server', 'worker', 'analytics'] as const;
const MINUTE_MS = 60_000;
const BLOCK_MINUTES = 10 / 60;
const KILOBYTE = 1024;
/** What fills up once, such as a heap until its first great collection, is no leak: the first third of the time is left out. */
const LEFT_OUT = 1 / 3;
/** In less than two minutes a heap that fills up looks like one that leaks. */
const FEWEST_SAMPLES = 90;
/**
 * In percent of its size: where this much could pass unseen, it is not shown that memory is flat. In the last two thirds of `churn` 16,000 people come: of a
 * server of 260 MB that is 5 kB for each of them, of a worker of 20 MB 0.4 kB, and one who is in takes 150 and 105 (docs/sizing.md).
 */
const MOST_UNSEEN = 30;

/**
 * How the memory of each part grows over the last two thirds of the time in which all were in; nothing for a run too short to tell. `goal` is for
 * the server and its workers: by how many percent of its size a part may grow over that time. It is missed where the whole interval of 95 %
 * confidence lies above it. Beside it stands which growth that interval could have hidden: where that is too much, nobody can tell.
 */
export function memoryGrowth(points: readonly Point[], goal: number | null): readonly RunFigure[] {
  return PARTS.flatMap((part): readonly RunFigure[] => {
    const selector = `lectern_server_memory{part:${part}}`;
    const samples = select(points, parseSelector(selector));
    const growth = growthOf(samples.filter(({ tags }) => tags['state'] === 'settled'));
    const figures = growth === null ? [] : [grows(part, growth)];
    if (part === 'analytics' || goal === null) return figures;
    const judged = [grewAtLeast(part, growth, goal), couldPassUnseen(part, growth, goal)];
    const untold = samples.length === 0 ? ({ untold: true, note: selector } as const) : {};
    return [...figures, ...judged.map((figure) => ({ ...figure, ...untold }))];
  });
}

interface Growth {
  readonly kilobytesAMinute: number;
  /** Half of the interval of 95 % confidence. */
  readonly margin: number;
  /** How long was looked at. */
  readonly minutes: number;
  /** Percent of the mean size that one kB a minute comes to over the time that was looked at. */
  readonly percentOfOne: number;
}

/** Of the samples while all were in; null for too few of them. */
function growthOf(settled: readonly Point[]): Growth | null {
  const late = settled.slice(Math.floor(settled.length * LEFT_OUT));
  const [first, last] = [late[0], late.at(-1)];
  if (first === undefined || last === undefined || late.length < FEWEST_SAMPLES) return null;
  const slope = slopeOf(
    late.map(({ atMs, value }) => [atMs / MINUTE_MS, value / KILOBYTE] as const),
    BLOCK_MINUTES,
  );
  if (slope === null) return null;
  const minutes = (last.atMs - first.atMs) / MINUTE_MS;
  const kilobytes = late.reduce((sum, { value }) => sum + value / KILOBYTE, 0) / late.length;
  return { kilobytesAMinute: slope.value, margin: slope.margin, minutes, percentOfOne: (minutes / kilobytes) * 100 };
}

function grows(part: string, { kilobytesAMinute, margin }: Growth): RunFigure {
  const note = `± ${margin.toFixed(0)} kB/min (95 % confidence, means of ten seconds, the last two thirds of the time)`;
  return { name: `${part}: memory grows once all are in`, unit: 'kB/min', value: kilobytesAMinute, goal: null, note };
}

const TOO_FEW = 'too few samples: run it for longer';

function grewAtLeast(part: string, growth: Growth | null, goal: number): RunFigure {
  const figure = { name: `${part}: memory grew, of its size, at least`, unit: '%', goal };
  if (growth === null) return { ...figure, value: null, note: TOO_FEW };
  const { kilobytesAMinute, margin, percentOfOne } = growth;
  const note = 'lower end of the 95 % confidence, over the last two thirds of the time';
  return { ...figure, value: (kilobytesAMinute - margin) * percentOfOne, note };
}

/** The goal and the whole width of the interval. */
function couldPassUnseen(part: string, growth: Growth | null, goal: number): RunFigure {
  const figure = { name: `${part}: memory that could have grown unseen, of its size`, unit: '%', goal: MOST_UNSEEN };
  if (growth === null) return { ...figure, value: null, note: TOO_FEW };
  const value = goal + 2 * growth.margin * growth.percentOfOne;
  // In n times the time the same scatter leaves a slope unsure by n to the 1.5th less, and what it comes to over that time by the root of n.
  const times = ((value - goal) / (MOST_UNSEEN - goal)) ** 2;
  const minutes = Math.ceil((growth.minutes / (1 - LEFT_OUT)) * times);
  const note =
    times < 1 ? 'the goal and the width of the interval' : `it sways too much: run it for ${minutes} minutes`;
  return { ...figure, value, note };
}
