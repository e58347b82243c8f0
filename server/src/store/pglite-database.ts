import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import type { SqlValue } from './database.ts';
import type { ScriptableDatabase } from './store.ts';

type Runner = Pick<PGlite | Transaction, 'query' | 'exec'>;

/** What PGlite and a transaction on it share; a transaction inside a transaction is a savepoint. */
function overRunner(runner: Runner, depth: number): Omit<ScriptableDatabase, 'close'> {
  return {
    async query<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
      return (await runner.query<Row>(sql, [...values])).rows;
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

function refuseClose(): Promise<void> {
  return Promise.reject(new Error('A transaction ends by itself; only the database that opened it can be closed.'));
}

/**
 * PostgreSQL embedded in this process, kept in `directory` (`memory://` keeps nothing). The caller holds the
 * directory's lock: PGlite takes none, and a second opener loses rows silently.
 */
export async function openPglite(directory: string): Promise<ScriptableDatabase> {
  const pglite = await PGlite.create(directory);
  let closing: Promise<void> | undefined;
  return {
    ...overRunner(pglite, 0),
    transaction: (work) =>
      pglite.transaction((transaction) => work({ ...overRunner(transaction, 1), close: refuseClose })),
    close: () => (closing ??= pglite.close()),
  };
}
