import type { ClassId } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { Database } from '../store/database.ts';
import type { AnalyticsClient } from './analytics-client.ts';

const RETRY_MS = 60_000;

/** Carries the erasure of classes on to the analytics store, however long that is away. */
export interface SignalErasures {
  /** Erases what waits to be erased; never rejects: what fails is tried again by itself. */
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Erases what waits now, and whenever `run` is called. The list stands in the database: it outlives a restart. */
export function startSignalErasures(
  database: Database,
  analytics: Pick<AnalyticsClient, 'eraseClass'>,
  logger: Logger,
): SignalErasures {
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const erase = async (): Promise<void> => {
    try {
      const waiting = await database.query<{ class_id: ClassId }>(
        'select class_id from signal_erasure order by asked_at',
      );
      for (const { class_id: classId } of waiting) {
        await analytics.eraseClass(classId);
        await database.query('delete from signal_erasure where class_id = $1', [classId]);
      }
    } catch (error) {
      logger.warn({ err: error }, 'the figures of an erased class could not be erased yet; it is tried again');
      if (!closed) timer ??= setTimeout(() => void run(), RETRY_MS).unref();
    }
  };
  const run = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running = running.then(erase);
    return running;
  };
  void run();
  return {
    run,
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      return running;
    },
  };
}
