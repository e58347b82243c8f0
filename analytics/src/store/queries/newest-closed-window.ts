import { z } from 'zod';
import type { Engine } from '../engine.ts';

const SQL = `
  SELECT maxOrNull(window) AS newest
  FROM published_window
  WHERE class_id = {classId:UUID}`;

const rowSchema = z.object({ newest: z.number().int().nullable() });

/** The newest closed window of a class; null before the first. */
export async function newestClosedWindow(engine: Engine, classId: string): Promise<number | null> {
  const [row] = await engine.query(SQL, { classId }, rowSchema);
  return row?.newest ?? null;
}
