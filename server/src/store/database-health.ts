import type { Health } from '@lectern/contracts';
import type { Database } from './database.ts';

/** Whoever asks how the server is gives up soon after. */
const WITHIN_MS = 2_000;
const FAILING = {
  status: 'failing',
  detail: 'The database does not answer. See that it runs and can be reached.',
} as const;

/**
 * Asks the database for a sign of life; answers within `withinMs` and never rejects. While a question is open nobody asks
 * another one: the address is public, and a database that hangs would gather them.
 */
export function databaseHealth(
  database: Pick<Database, 'query'>,
  withinMs = WITHIN_MS,
): () => Promise<Health['parts']['database']> {
  let asked: Promise<Health['parts']['database']> | null = null;
  return async () => {
    asked ??= database
      .query('select 1')
      .then(
        () => ({ status: 'ok' as const }),
        () => FAILING,
      )
      .finally(() => {
        asked = null;
      });
    const overdue = Promise.withResolvers<typeof FAILING>();
    const timer = setTimeout(() => {
      overdue.resolve(FAILING);
    }, withinMs);
    try {
      return await Promise.race([asked, overdue.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
