import type { Figure } from '@lectern/testbed';
import { parseSelector, select, type Point } from './points.ts';
import { slopeOf } from './slope.ts';

const PARTS = ['server', 'worker', 'analytics'] as const;
const MINUTE_MS = 60_000;
const MEGABYTE = 2 ** 20;
/** In less than two minutes a heap that fills up looks like one that leaks. */
const FEWEST_SAMPLES = 90;

/** How the memory of each part grows while all are in; nothing for a run too short to tell. `goal` in MB a minute, for the server and its workers. */
export function memoryGrowth(points: readonly Point[], goal: number | null): readonly Figure[] {
  return PARTS.flatMap((part): Figure[] => {
    const samples = select(points, parseSelector(`lectern_server_memory{part:${part},state:settled}`));
    const isLongEnough = samples.length >= FEWEST_SAMPLES;
    const slope = !isLongEnough
      ? null
      : slopeOf(samples.map(({ atMs, value }) => [atMs / MINUTE_MS, value / MEGABYTE] as const));
    const judged = part === 'analytics' ? null : goal;
    if (slope === null && judged === null) return [];
    return [
      {
        name: `${part}: memory grows once all are in`,
        unit: 'MB/min',
        value: slope?.value ?? null,
        goal: judged,
        note: slope === null ? 'too few samples' : `± ${slope.margin.toFixed(2)} MB/min (95 % confidence)`,
      },
    ];
  });
}
