import type { Figure } from '@lectern/testbed';
import { parseSelector, select, type Point } from './points.ts';
import { slopeOf, type Slope } from './slope.ts';

const PARTS = ['server', 'worker', 'analytics'] as const;
const MINUTE_MS = 60_000;
const BLOCK_MINUTES = 10 / 60;
const KILOBYTE = 1024;
/** In less than two minutes a heap that fills up looks like one that leaks. */
const FEWEST_SAMPLES = 90;

/**
 * How the memory of each part grows while all are in; nothing for a run too short to tell. `goal` in kB a minute, for the server and its
 * workers: it is missed where the whole interval of 95 % confidence lies above it.
 */
export function memoryGrowth(points: readonly Point[], goal: number | null): readonly Figure[] {
  return PARTS.flatMap((part): readonly Figure[] => {
    const slope = slopeOfPart(points, part);
    const judged = part === 'analytics' ? null : goal;
    const figures: readonly Figure[] = slope === null ? [] : [grows(part, slope)];
    return judged === null ? figures : [...figures, growsAtLeast(part, slope, judged)];
  });
}

function slopeOfPart(points: readonly Point[], part: string): Slope | null {
  const samples = select(points, parseSelector(`lectern_server_memory{part:${part},state:settled}`));
  if (samples.length < FEWEST_SAMPLES) return null;
  return slopeOf(
    samples.map(({ atMs, value }) => [atMs / MINUTE_MS, value / KILOBYTE] as const),
    BLOCK_MINUTES,
  );
}

function grows(part: string, { value, margin }: Slope): Figure {
  const note = `± ${margin.toFixed(0)} kB/min (95 % confidence, means of ten seconds)`;
  return { name: `${part}: memory grows once all are in`, unit: 'kB/min', value, goal: null, note };
}

function growsAtLeast(part: string, slope: Slope | null, goal: number): Figure {
  return {
    name: `${part}: memory grows once all are in, at least`,
    unit: 'kB/min',
    value: slope === null ? null : slope.value - slope.margin,
    goal,
    note:
      slope === null
        ? 'too few samples: run it for longer'
        : `lower end of the 95 % confidence; a growth of less than ${(goal + slope.margin).toFixed(0)} kB/min could pass unseen`,
  };
}
