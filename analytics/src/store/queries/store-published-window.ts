import type { PublishedWindow } from '../../published-window.ts';
import type { Engine } from '../engine.ts';
import { timestamp } from '../timestamp.ts';

/** Stores the published row of one window. Storing the same row again is harmless. Resolves when it is on disk. */
export function storePublishedWindow(
  engine: Engine,
  classId: string,
  row: PublishedWindow,
  closedAtMs: number,
): Promise<void> {
  return engine.insert('published_window', [
    {
      class_id: classId,
      window: row.window,
      present: row.present,
      measured: row.measured,
      unclear: row.unclear,
      minimum_cohort: row.minimumCohort,
      noisy_sum: row.value?.noisySum ?? null,
      noise_sd: row.value?.noiseSd ?? null,
      precedence: -closedAtMs,
      closed_at: timestamp(closedAtMs),
    },
  ]);
}
