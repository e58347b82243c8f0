import { z } from 'zod';
import type { Engine } from '../engine.ts';
import { timestamp } from '../timestamp.ts';

const CONDITION = `closed_at < {before:DateTime64(3, 'UTC')}`;
const COUNT = `SELECT toUInt32(count()) AS expired FROM published_window WHERE ${CONDITION}`;
const DELETE = `ALTER TABLE published_window DELETE WHERE ${CONDITION} SETTINGS mutations_sync = 2`;

const rowSchema = z.object({ expired: z.number().int() });

/** Deletes the published rows of windows closed before `beforeMs`; gives how many there were. */
export async function deleteExpiredWindows(engine: Engine, beforeMs: number): Promise<number> {
  const parameters = { before: timestamp(beforeMs) };
  const [row] = await engine.query(COUNT, parameters, rowSchema);
  const expired = row?.expired ?? 0;
  if (expired > 0) await engine.command(DELETE, parameters);
  return expired;
}
