import { z } from 'zod';
import type { Engine } from '../engine.ts';

const SQL = 'SELECT -minOrNull(precedence) AS largest FROM live_signal';

/** ClickHouse writes 64-bit integers as text; these are microseconds since the epoch, which a number holds exactly. */
const rowSchema = z.object({ largest: z.coerce.number().nullable() });

/** The arrival of the newest row of all classes; null when there is none. */
export async function largestArrival(engine: Engine): Promise<number | null> {
  const [row] = await engine.query(SQL, {}, rowSchema);
  return row?.largest ?? null;
}
