import type { Health } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { Database } from './database.ts';

type DatabaseHealth = Health['parts']['database'];

/** Whoever asks how the server is gives up soon after. */
const WITHIN_MS = 2_000;
const SILENT = 'The database does not answer. See that it runs and can be reached.';
const REFUSING = 'The database answers with an error, or cannot be reached at all; the log says why.';

/**
 * Asks the database for a sign of life; answers within `withinMs` and never rejects. While a question is open nobody asks
 * another one: the address is public, and a database that hangs would gather them. The reason of a failure goes to the log, once
 * until the database is well again.
 */
export function databaseHealth(
  database: Pick<Database, 'query'>,
  logger: Logger,
  withinMs = WITHIN_MS,
): () => Promise<DatabaseHealth> {
  const logged = new Set<string>();
  const failing = (detail: string, error?: unknown): DatabaseHealth => {
    const reason = `${detail} ${String(error)}`;
    if (!logged.has(reason)) logger.error(error === undefined ? {} : { err: error }, detail);
    logged.add(reason);
    return { status: 'failing', detail };
  };
  const ask = async (): Promise<DatabaseHealth> => {
    try {
      await database.query('select 1');
      logged.clear();
      return { status: 'ok' };
    } catch (error) {
      return failing(REFUSING, error);
    }
  };
  let asked: Promise<DatabaseHealth> | null = null;
  return async () => {
    asked ??= ask().finally(() => {
      asked = null;
    });
    const overdue = Promise.withResolvers<DatabaseHealth>();
    const timer = setTimeout(() => {
      overdue.resolve(failing(SILENT));
    }, withinMs);
    try {
      return await Promise.race([asked, overdue.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Which database this is, for operators: `PostgreSQL 17.5`, or the embedded one with the release that it is made from. */
export async function databaseVersion(database: Pick<Database, 'query'>, embedded: boolean): Promise<string> {
  const [row] = await database.query<{ server_version: string }>('show server_version');
  const version = row?.server_version.split(' ', 1)[0] ?? '';
  return embedded ? `PGlite (PostgreSQL ${version})` : `PostgreSQL ${version}`;
}
