import type { SignalRow } from '@lectern/contracts';
import type { Engine } from '../engine.ts';
import { timestamp } from '../timestamp.ts';

/** Stores rows in the order of their arrival, which decides between two values for the same window. Resolves when they are on disk. */
export function storeLiveRows(
  engine: Engine,
  rows: readonly { readonly row: SignalRow; readonly arrival: number }[],
  receivedAtMs: number,
): Promise<void> {
  const receivedAt = timestamp(receivedAtMs);
  return engine.insert(
    'live_signal',
    rows.map(({ row, arrival }) => ({
      class_id: row.classId,
      window: row.window,
      contributor_id: row.contributorId,
      score: row.score,
      model_tag: row.modelTag,
      precedence: -arrival,
      received_at: receivedAt,
    })),
  );
}
