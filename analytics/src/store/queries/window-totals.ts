import { z } from 'zod';
import type { Engine } from '../engine.ts';

/** FINAL leaves one row for each contributor: the first that arrived. count() skips NULL. */
const SQL = `
  SELECT
    toUInt32(count(score)) AS measured,
    toUInt32(countIf(score IS NULL)) AS unclear,
    sumOrDefault(score) AS score_sum
  FROM live_signal FINAL
  WHERE class_id = {classId:UUID}
    AND window = {window:UInt32}`;

const rowSchema = z.object({
  measured: z.number().int(),
  unclear: z.number().int(),
  score_sum: z.number().nullable(),
});

export interface WindowTotals {
  readonly measured: number;
  readonly unclear: number;
  readonly scoreSum: number;
}

/** How many devices scored one window, how many abstained, and the sum of the scores. Never leaves the closing of a window. */
export async function windowTotals(engine: Engine, classId: string, window: number): Promise<WindowTotals> {
  const [row] = await engine.query(SQL, { classId, window }, rowSchema);
  return { measured: row?.measured ?? 0, unclear: row?.unclear ?? 0, scoreSum: row?.score_sum ?? 0 };
}
