import { z } from 'zod';
import type { PublishedWindow } from '../../published-window.ts';
import type { Engine } from '../engine.ts';

/** FINAL leaves one row for each window: the first that was stored. */
const SQL = `
  SELECT window, present, measured, unclear, minimum_cohort, noisy_sum, noise_sd
  FROM published_window FINAL
  WHERE class_id = {classId:UUID}
    AND window BETWEEN {from:UInt32} AND {to:UInt32}
  ORDER BY window`;

const count = z.number().int();
const rowSchema = z
  .object({
    window: count,
    present: count,
    measured: count.nullable(),
    unclear: count.nullable(),
    minimum_cohort: count,
    noisy_sum: z.number().nullable(),
    noise_sd: z.number().nullable(),
  })
  .transform((row): PublishedWindow => {
    const { window, present, measured, unclear, minimum_cohort: minimumCohort } = row;
    const { noisy_sum: noisySum, noise_sd: noiseSd } = row;
    const value = noisySum === null || noiseSd === null ? null : { noisySum, noiseSd };
    return { window, present, measured, unclear, minimumCohort, value };
  });

/** The published rows of the windows from `from` to `to`, both included, in order. */
export function publishedWindows(
  engine: Engine,
  classId: string,
  range: { readonly from: number; readonly to: number },
): Promise<PublishedWindow[]> {
  return engine.query(SQL, { classId, ...range }, rowSchema);
}
