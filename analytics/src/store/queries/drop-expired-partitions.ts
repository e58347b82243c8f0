import { z } from 'zod';
import type { Engine } from '../engine.ts';
import { timestamp } from '../timestamp.ts';

const SQL = `
  SELECT _partition_id AS partition_id, toUInt32(count()) AS rows
  FROM live_signal
  GROUP BY _partition_id
  HAVING max(received_at) < {before:DateTime64(3, 'UTC')}`;

const rowSchema = z.object({ partition_id: z.string(), rows: z.number().int() });

/** Drops the partitions of live rows that hold nothing received since `beforeMs`; gives how many rows went with them. */
export async function dropExpiredPartitions(engine: Engine, beforeMs: number): Promise<number> {
  const expired = await engine.query(SQL, { before: timestamp(beforeMs) }, rowSchema);
  for (const { partition_id: partitionId } of expired) {
    await engine.command('ALTER TABLE live_signal DROP PARTITION ID {partitionId:String}', { partitionId });
  }
  return expired.reduce((sum, partition) => sum + partition.rows, 0);
}
