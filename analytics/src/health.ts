import type { AnalyticsHealth } from '@lectern/contracts';
import { readFileSync } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import type { Engine } from './store/engine.ts';

const packageSchema = z.object({ version: z.string() });
const { version } = packageSchema.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));
/** Less than the server waits for the answer: it would take the process for hung. */
const STORE_ANSWERS_WITHIN_MS = 2_000;

/**
 * Gives a question to the store; it never rejects and says in fixed words that the store fails. The store's own words, which
 * may name users and addresses, go to the log, once for as long as they stay the same.
 */
export function storeHealth(
  engine: Pick<Engine, 'kind' | 'command'>,
  logger: Pick<FastifyBaseLogger, 'warn'>,
  withinMs = STORE_ANSWERS_WITHIN_MS,
): () => Promise<AnalyticsHealth> {
  const about = { store: engine.kind, version };
  let told: string | null = null;
  return async () => {
    const overdue = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      overdue.reject(new Error('no answer in time'));
    }, withinMs);
    try {
      await Promise.race([engine.command('SELECT 1'), overdue.promise]);
      told = null;
      return { status: 'ok', ...about };
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
