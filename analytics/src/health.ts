import type { AnalyticsHealth } from '@lectern/contracts';
import { readFileSync } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import type { ClassSignals } from './class-signals.ts';
import type { Engine } from './store/engine.ts';

const packageSchema = z.object({ version: z.string() });
const { version } = packageSchema.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));
const VERSION = 'SELECT version() AS version';
const versionRow = z.object({ version: z.string() });
/** Less than the server waits for the answer: it would take the process for hung. */
const STORE_ANSWERS_WITHIN_MS = 2_000;
/** A turn takes some ten milliseconds. The store may answer a question aside while the call of a turn never comes back. */
const LONGEST_TURN_MS = 10_000;

interface HealthOptions {
  readonly engine: Pick<Engine, 'kind' | 'query'>;
  readonly signals: Pick<ClassSignals, 'turnTakesMs'>;
  readonly logger: Pick<FastifyBaseLogger, 'warn'>;
  readonly withinMs?: number;
}

/**
 * Looks at the turn that runs and gives a question to the store; it never rejects and says in fixed words that the store
 * fails. The store's own words, which may name users and addresses, go to the log, once for as long as they stay the same.
 */
export function storeHealth({
  engine,
  signals,
  logger,
  withinMs = STORE_ANSWERS_WITHIN_MS,
}: HealthOptions): () => Promise<AnalyticsHealth> {
  const about = { store: engine.kind, version };
  let told: string | null = null;
  return async () => {
    const overdue = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      overdue.reject(new Error('no answer in time'));
    }, withinMs);
    try {
      if (signals.turnTakesMs > LONGEST_TURN_MS) throw new Error(`a turn takes more than ${LONGEST_TURN_MS / 1000} s`);
      const [row] = await Promise.race([engine.query(VERSION, {}, versionRow), overdue.promise]);
      told = null;
      return { status: 'ok', ...about, ...(row ? { storeVersion: row.version } : {}) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== told) logger.warn({ err: error }, 'the store does not answer');
      told = reason;
      return { status: 'failing', ...about, detail: 'The store does not answer; the log says why.' };
    } finally {
      clearTimeout(timer);
    }
  };
}
