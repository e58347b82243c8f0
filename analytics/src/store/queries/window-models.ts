import { z } from 'zod';
import type { Engine } from '../engine.ts';

const SQL = `
  SELECT model_tag
  FROM live_signal FINAL
  WHERE class_id = {classId:UUID}
    AND window = {window:UInt32}
    AND score IS NOT NULL
  GROUP BY model_tag
  HAVING count() >= {fewest:UInt32}
  ORDER BY model_tag`;

const rowSchema = z.object({ model_tag: z.number().int() });

/** The tags of the models that at least `fewest` of a window's counted scores come from, ascending. */
export async function windowModels(engine: Engine, classId: string, window: number, fewest: number): Promise<number[]> {
  const rows = await engine.query(SQL, { classId, window, fewest }, rowSchema);
  return rows.map((row) => row.model_tag);
}
