import type { FastifyBaseLogger } from 'fastify';
import type { Engine } from './store/engine.ts';
import { deleteExpired } from './store/queries/delete-expired.ts';
import type { RetainedTable } from './store/queries/delete-expired.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SWEEP_EVERY_MS = MINUTE_MS;

/**
 * How long each table keeps a row. The tables carry the same clocks as TTL, so that a ClickHouse of its own enforces them
 * while nothing of ours runs; the sweep enforces them to the minute. docs/signals.md lists them.
 */
export const RETENTION: readonly RetainedTable[] = [
  { table: 'live_signal', column: 'received_at', keepMs: 15 * MINUTE_MS },
  { table: 'published_window', column: 'closed_at', keepMs: 400 * DAY_MS },
];

/** Deletes what is past its time in every table; gives how many rows there were by table. */
export async function sweep(engine: Engine, nowMs: number): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  for (const retained of RETENTION) deleted[retained.table] = await deleteExpired(engine, retained, nowMs);
  return deleted;
}

/** Sweeps once a minute until stopped; a failing sweep is logged and tried again. `stop` waits for one that runs. */
export function startSweeping(engine: Engine, logger: FastifyBaseLogger): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(async () => {
        const deleted = await sweep(engine, Date.now());
        if (Object.values(deleted).some((rows) => rows > 0)) logger.debug({ deleted }, 'rows past their time deleted');
      })
      .catch((error: unknown) => {
        logger.error({ err: error }, 'the retention sweep failed');
      });
  }, SWEEP_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
