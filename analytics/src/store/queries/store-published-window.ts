import type { PublishedWindow } from '../../published-window.ts';
import type { Engine } from '../engine.ts';
import { timestamp } from '../timestamp.ts';

/**
 * Stores the published row of one window; of two the one that was closed later stands. A process draws once for a window, and
 * draws anew only where no row of an earlier process was seen, which such a row must not replace should it arrive after all.
 * Storing the same row again is harmless. Resolves when it is on disk.
 */
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
      model_tags: row.modelTags,
      precedence: closedAtMs,
      closed_at: timestamp(closedAtMs),
    },
  ]);
}
