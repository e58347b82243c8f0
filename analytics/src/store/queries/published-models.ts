import { z } from 'zod';
import type { Engine } from '../engine.ts';

const SQL = `
  SELECT DISTINCT arrayJoin(model_tags) AS model_tag
  FROM published_window FINAL
  WHERE class_id = {classId:UUID}
  ORDER BY model_tag`;

const rowSchema = z.object({ model_tag: z.number().int() });

/** The tags of all models that the published rows of a class name, ascending. */
export async function publishedModels(engine: Engine, classId: string): Promise<number[]> {
  return (await engine.query(SQL, { classId }, rowSchema)).map((row) => row.model_tag);
}
