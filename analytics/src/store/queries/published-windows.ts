import { z } from 'zod';
import type { PublishedWindow } from '../../published-window.ts';
import type { Engine } from '../engine.ts';

/** FINAL leaves one row for each window: the one with the greatest precedence. */
const COLUMNS = 'window, present, measured, unclear, minimum_cohort, noisy_sum, noise_sd, model_tags';
const NEWEST = `
  SELECT ${COLUMNS}
  FROM published_window FINAL
  WHERE class_id = {classId:UUID}
  ORDER BY window DESC
  LIMIT {rows:UInt32}`;
const ONE = `
  SELECT ${COLUMNS}
  FROM published_window FINAL
  WHERE class_id = {classId:UUID}
    AND window = {window:UInt32}`;

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
    model_tags: z.array(count),
  })
  .transform((row): PublishedWindow => {
    const { window, present, measured, unclear, minimum_cohort: minimumCohort } = row;
    const { noisy_sum: noisySum, noise_sd: noiseSd, model_tags: modelTags } = row;
    const value = noisySum === null || noiseSd === null ? null : { noisySum, noiseSd };
    return { window, present, measured, unclear, minimumCohort, value, modelTags };
  });

/** The newest published rows of a class, `rows` at most, oldest first. */
export async function newestPublishedWindows(
  engine: Engine,
  classId: string,
  rows: number,
): Promise<PublishedWindow[]> {
  return (await engine.query(NEWEST, { classId, rows }, rowSchema)).reverse();
}

/** The published row of one window; null when it was passed over or is open. */
export async function publishedWindow(
  engine: Engine,
  classId: string,
  window: number,
): Promise<PublishedWindow | null> {
  const [row] = await engine.query(ONE, { classId, window }, rowSchema);
  return row ?? null;
}
