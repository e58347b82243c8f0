import { z } from 'zod';
import type { Engine } from '../engine.ts';
import { timestamp } from '../timestamp.ts';

/** A table, the column that its retention counts from, and how long a row is kept. */
export interface RetainedTable {
  readonly table: 'live_signal' | 'published_window';
  readonly column: 'received_at' | 'closed_at';
  readonly keepMs: number;
}

const rowSchema = z.object({ expired: z.number().int() });

/** Deletes the rows of a table that are older than it keeps them; gives how many there were. */
export async function deleteExpired(engine: Engine, retained: RetainedTable, nowMs: number): Promise<number> {
  const { table, column, keepMs } = retained;
  const parameters = { before: timestamp(nowMs - keepMs) };
  const condition = `${column} < {before:DateTime64(3, 'UTC')}`;
  const [row] = await engine.query(
    `SELECT toUInt32(count()) AS expired FROM ${table} WHERE ${condition}`,
    parameters,
    rowSchema,
  );
  const expired = row?.expired ?? 0;
  if (expired > 0) {
    await engine.command(`ALTER TABLE ${table} DELETE WHERE ${condition} SETTINGS mutations_sync = 2`, parameters);
  }
  return expired;
}
