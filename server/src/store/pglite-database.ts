import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import type { SqlValue } from './database.ts';
import type { ScriptableDatabase } from './store.ts';

/**
 * PostgreSQL's own default of 128 MB is touched in full; a classroom's tables are a few megabytes. One connection is all
 * there ever is.
 */
const START_PARAMETERS = ['-c', 'shared_buffers=8MB', '-c', 'max_connections=5'];
/**
 * V8 would compile the hot half of PostgreSQL a second time, which takes up to 500 MB for a while and 100 MB for good, and
 * saves nothing that could be measured: see docs/decisions/0031-embedded-postgresql-small.md.
 */
const KEEP_FIRST_COMPILATION = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

type Runner = Pick<PGlite | Transaction, 'query' | 'exec'>;

/** What PGlite and a transaction on it share; a transaction inside a transaction is a savepoint. */
function overRunner(runner: Runner, depth: number): Omit<ScriptableDatabase, 'close'> {
  return {
    async query<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
      try {
        return (await runner.query<Row>(sql, [...values])).rows;
      } catch (error) {
        throw withoutValues(error);
      }
    },
    async script(sql) {
      await runner.exec(sql);
    },
    async transaction(work) {
      const savepoint = `nested_${depth}`;
      await runner.exec(`savepoint ${savepoint}`);
      try {
        const result = await work({ ...overRunner(runner, depth + 1), close: refuseClose });
        await runner.exec(`release savepoint ${savepoint}`);
        return result;
      } catch (error) {
        await runner.exec(`rollback to savepoint ${savepoint}`);
        throw error;
      }
    },
  };
}

/** PGlite hangs the bound values on its errors. They hold names and texts, and errors go to the log. */
function withoutValues(error: unknown): unknown {
  if (error instanceof Error) Reflect.deleteProperty(error, 'params');
  return error;
}

function refuseClose(): Promise<void> {
  return Promise.reject(new Error('A transaction ends by itself; only the database that opened it can be closed.'));
}

/**
 * PostgreSQL embedded in this process, kept in `directory` (`memory://` keeps nothing). The caller holds the
 * directory's lock: PGlite takes none, and a second opener loses rows silently. `loadDataDir` fills a new store.
 */
export async function openPglite(directory: string, loadDataDir?: Blob): Promise<ScriptableDatabase> {
  const pglite = await createPglite(directory, loadDataDir);
  let closing: Promise<void> | undefined;
  return {
    ...overRunner(pglite, 0),
    transaction: (work) =>
      pglite.transaction((transaction) => work({ ...overRunner(transaction, 1), close: refuseClose })),
    close: () => (closing ??= pglite.close()),
  };
}

/** An archive of a new store, from which others are filled in a fraction of the time that making one takes. */
export async function archiveOfNewStore(): Promise<Blob> {
  const pglite = await createPglite('memory://');
  const archive = await pglite.dumpDataDir('none');
  await pglite.close();
  return archive;
}

function createPglite(directory: string, loadDataDir?: Blob): Promise<PGlite> {
  for (const flag of KEEP_FIRST_COMPILATION) setFlagsFromString(flag);
  return PGlite.create(directory, {
    startParams: [...PGlite.defaultStartParams, ...START_PARAMETERS],
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
  });
}
