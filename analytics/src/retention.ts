import type { FastifyBaseLogger } from 'fastify';
import type { Engine, STORED_TABLES } from './store/engine.ts';
import { deleteExpiredWindows } from './store/queries/delete-expired-windows.ts';
import { dropExpiredPartitions } from './store/queries/drop-expired-partitions.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Retention {
  /** A row is kept for so long after it was written. */
  readonly keepMs: number;
  /** How often what is older is deleted. */
  readonly everyMs: number;
  /** Deletes what was written before; gives how many rows there were. */
  readonly deleteBefore: (engine: Engine, beforeMs: number) => Promise<number>;
}

/**
 * How long each table keeps a row. The tables carry the same clocks as TTL, so that a ClickHouse of its own enforces them
 * while nothing of ours runs; the sweep enforces them in time. docs/signals.md lists them.
 */
export const RETENTION: Readonly<Record<(typeof STORED_TABLES)[number], Retention>> = {
  live_signal: { keepMs: 15 * MINUTE_MS, everyMs: MINUTE_MS, deleteBefore: dropExpiredPartitions },
  published_window: { keepMs: 400 * DAY_MS, everyMs: HOUR_MS, deleteBefore: deleteExpiredWindows },
};

/** Deletes what is past its time in every table; gives how many rows there were by table. */
export async function sweep(engine: Engine, nowMs: number): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  for (const [table, { keepMs, deleteBefore }] of Object.entries(RETENTION)) {
    deleted[table] = await deleteBefore(engine, nowMs - keepMs);
  }
  return deleted;
}

/**
 * Sweeps every table at once and then at its own pace until stopped; a failing sweep is logged and tried again. `stop`
 * waits for one that runs.
 */
export function startSweeping(engine: Engine, logger: FastifyBaseLogger): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const timers = Object.entries(RETENTION).map(([table, { keepMs, everyMs, deleteBefore }]) => {
    const sweepTable = (): void => {
      running = running
        .then(async () => {
          const rows = await deleteBefore(engine, Date.now() - keepMs);
          if (rows > 0) logger.debug({ table, rows }, 'rows past their time deleted');
        })
        .catch((error: unknown) => {
          logger.error({ err: error, table }, 'the retention sweep failed');
        });
    };
    sweepTable();
    return setInterval(sweepTable, everyMs);
  });
  return {
    stop() {
      for (const timer of timers) clearInterval(timer);
      return running;
    },
  };
}
