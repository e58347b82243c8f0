import { statfsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import type { SqlValue } from './database.ts';
import { stopAtAbort } from './engine-abort.ts';
import { fairTurns } from './fair-turns.ts';
import { StorePanic } from './store-panic.ts';
import type { ScriptableDatabase } from './store.ts';
import { SyncedFiles } from './synced-files.ts';

/**
 * PostgreSQL's own default of 128 MB is touched in full; a classroom's tables are a few megabytes. One connection is all
 * there ever is. Of the ways to sync its log, `fsync` is the one that PGlite passes on to its file system.
 */
const START_PARAMETERS = ['-c', 'shared_buffers=8MB', '-c', 'max_connections=5', '-c', 'wal_sync_method=fsync'];
/** Among PGlite's own parameters: never sync. */
const NEVER_SYNC = '-F';
/**
 * V8 would compile the hot half of PostgreSQL a second time, which takes up to 500 MB for a while and 100 MB for good, and
 * saves nothing that could be measured: see docs/decisions/0031-embedded-postgresql-small.md.
 */
const KEEP_FIRST_COMPILATION = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

const IN_MEMORY = 'memory://';

interface PgliteOptions {
  /** Fills a new store. */
  readonly loadDataDir?: Blob;
  /** PostgreSQL gave itself up; the database answers nothing from now on. Called once. */
  readonly onPanic?: (reason: Error) => void;
  /** What is committed is not synced to the disk. */
  readonly onUnsyncable?: () => void;
}

type Runner = Pick<PGlite | Transaction, 'query' | 'exec'>;

/** What PGlite and a transaction on it share; a transaction inside a transaction is a savepoint. */
function overRunner(runner: Runner, depth: number, panic: StorePanic): Omit<ScriptableDatabase, 'close'> {
  return {
    async query<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
      try {
        return (await panic.watch(() => runner.query<Row>(sql, [...values]))).rows;
      } catch (error) {
        throw withoutValues(error);
      }
    },
    async script(sql) {
      await panic.watch(() => runner.exec(sql));
    },
    async transaction(work) {
      const savepoint = `nested_${depth}`;
      const run = (sql: string) => panic.watch(() => runner.exec(sql));
      await run(`savepoint ${savepoint}`);
      try {
        const result = await work({ ...overRunner(runner, depth + 1, panic), close: refuseClose });
        await run(`release savepoint ${savepoint}`);
        return result;
      } catch (error) {
        await run(`rollback to savepoint ${savepoint}`);
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
 * directory's lock: PGlite takes none, and a second opener loses rows silently.
 */
export async function openPglite(directory: string, options: PgliteOptions = {}): Promise<ScriptableDatabase> {
  const pglite = await createPglite(directory, options);
  stopAtAbort(pglite.Module);
  const panic = new StorePanic(() => freeBytesAt(directory), options.onPanic);
  const inTurn = fairTurns();
  const direct = overRunner(pglite, 0, panic);
  let closing: Promise<void> | undefined;
  return {
    query: <Row extends object>(sql: string, values?: readonly SqlValue[]) =>
      inTurn(() => direct.query<Row>(sql, values)),
    script: (sql) => inTurn(() => direct.script(sql)),
    transaction: (work) =>
      inTurn(() =>
        panic.watch(() =>
          pglite.transaction((transaction) => work({ ...overRunner(transaction, 1, panic), close: refuseClose })),
        ),
      ),
    // After a panic there is nobody to close: PGlite would wait for an end without letting go of the event loop.
    // In its turn: what was asked before is written before.
    close: () => (closing ??= inTurn(() => (panic.happened ? Promise.resolve() : pglite.close()))),
  };
}

function freeBytesAt(directory: string): number {
  if (directory.startsWith(IN_MEMORY)) return Infinity;
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** An archive of a new store, from which others are filled in a fraction of the time that making one takes. */
export async function archiveOfNewStore(): Promise<Blob> {
  const pglite = await createPglite('memory://');
  const archive = await pglite.dumpDataDir('none');
  await pglite.close();
  return archive;
}

function createPglite(directory: string, { loadDataDir, onUnsyncable }: PgliteOptions = {}): Promise<PGlite> {
  for (const flag of KEEP_FIRST_COMPILATION) setFlagsFromString(flag);
  return PGlite.create({
    ...(directory.startsWith(IN_MEMORY)
      ? { dataDir: directory }
      : { fs: new SyncedFiles(directory, onUnsyncable ?? (() => undefined)) }),
    startParams: [...PGlite.defaultStartParams.filter((parameter) => parameter !== NEVER_SYNC), ...START_PARAMETERS],
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
  });
}
