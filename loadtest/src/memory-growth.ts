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
/** In percent of its size: where this much could pass unseen, it is not shown that memory is flat. */
const MOST_UNSEEN = 100;

/**
 * How the memory of each part grows over the last two thirds of the time in which all were in; nothing for a run too short to tell. `goal` is for
 * the server and its workers: by how many percent of its size a part may grow over that time. It is missed where the whole interval of 95 %
 * confidence lies above it, and where the interval is so wide that nobody can tell.
 */
export function memoryGrowth(points: readonly Point[], goal: number | null): readonly RunFigure[] {
  return PARTS.flatMap((part): readonly RunFigure[] => {
    const samples = select(points, parseSelector(`lectern_server_memory{part:${part}}`));
    const growth = growthOf(samples.filter(({ tags }) => tags['state'] === 'settled'));
    const judged = part === 'analytics' ? null : goal;
    const figures = growth === null ? [] : [grows(part, growth)];
    if (judged === null) return figures;
    return [...figures, { ...growsAtLeast(part, growth, judged), ...(samples.length === 0 ? { untold: true } : {}) }];
  });
}

interface Growth {
  readonly kilobytesAMinute: number;
  /** Half of the interval of 95 % confidence. */
  readonly margin: number;
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
  return { kilobytesAMinute: slope.value, margin: slope.margin, percentOfOne: (minutes / kilobytes) * 100 };
}

function grows(part: string, { kilobytesAMinute, margin }: Growth): RunFigure {
  const note = `± ${margin.toFixed(0)} kB/min (95 % confidence, means of ten seconds, the last two thirds of the time)`;
  return { name: `${part}: memory grows once all are in`, unit: 'kB/min', value: kilobytesAMinute, goal: null, note };
}

function growsAtLeast(part: string, growth: Growth | null, goal: number): RunFigure {
  const figure = { name: `${part}: memory grew, of its size, at least`, unit: '%', goal };
  if (growth === null) return { ...figure, value: null, note: 'too few samples: run it for longer' };
  const { kilobytesAMinute, margin, percentOfOne } = growth;
  const unseen = goal + 2 * margin * percentOfOne;
  if (unseen > MOST_UNSEEN) {
    const note = `it sways so much that a growth of ${unseen.toFixed(0)} % could pass unseen: run it for longer`;
    return { ...figure, value: null, note };
  }
  return {
    ...figure,
    value: (kilobytesAMinute - margin) * percentOfOne,
    note: `lower end of the 95 % confidence, over the last two thirds of the time; a growth of less than ${unseen.toFixed(0)} % could pass unseen`,
  };
}
