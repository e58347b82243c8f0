import pg from 'pg';
import type { Logger } from 'pino';
import type { SqlValue } from './database.ts';
import type { ScriptableDatabase } from './store.ts';
import { StartError } from './store.ts';

const INT8_OID = pg.types.builtins.INT8;
const POOL_SIZE = 10;
/** A host that vanishes closes no connection: without these a write would wait for it for as long as the system likes. */
const LIMITS: PostgresLimits = { connectMs: 10_000, queryMs: 10_000 };
const KEEP_ALIVE_AFTER_MS = 10_000;
/** A migration may rewrite a table. */
const SCRIPT_TIMEOUT_MS = 30 * 60_000;

const WHO_IS_LET_IN =
  "Correct the user and the password in LECTERN_POSTGRES_URL, or PostgreSQL's rules of who may connect (pg_hba.conf).";
/** By SQLSTATE: the refusals of a connection that a person can do something about. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['3D000', 'Create the database there, or correct its name in LECTERN_POSTGRES_URL.'],
  ['28P01', WHO_IS_LET_IN],
  ['28000', WHO_IS_LET_IN],
  ['53300', 'End other connections to it, or raise its max_connections.'],
  ['57P03', 'Wait until it is ready, and start again.'],
]);

/** The driver's own error, without a code, when the server asks for a password and the URL has none or an empty one. */
const NO_PASSWORD = /^SASL: .*client password must be/;

/** How long the server is waited for, in milliseconds. */
export interface PostgresLimits {
  readonly connectMs: number;
  /** For one statement; a script is given half an hour. */
  readonly queryMs: number;
}

/** As PGlite gives them: a number where it is exact, a bigint beyond. */
function parseInt8(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: Parameters<typeof pg.types.getTypeParser>[0], format: 'text' | 'binary' = 'text') =>
    oid === INT8_OID && format === 'text'
      ? parseInt8
      : (pg.types.getTypeParser(oid, format) as unknown)) as pg.CustomTypesConfig['getTypeParser'],
};

function overClient(client: pg.Pool | pg.PoolClient, depth: number): Omit<ScriptableDatabase, 'close'> {
  return {
    async query<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
      return (await client.query<Row>(sql, [...values])).rows;
    },
    async script(sql) {
      await client.query({ text: sql, query_timeout: SCRIPT_TIMEOUT_MS } as pg.QueryConfig);
    },
    async transaction(work) {
      const savepoint = `nested_${depth}`;
      await client.query(`savepoint ${savepoint}`);
      try {
        const result = await work({ ...overClient(client, depth + 1), close: refuseClose });
        await client.query(`release savepoint ${savepoint}`);
        return result;
      } catch (error) {
        if (!isTimeout(error)) await client.query(`rollback to savepoint ${savepoint}`);
        throw error;
      }
    },
  };
}

function refuseClose(): Promise<void> {
  return Promise.reject(new Error('A transaction ends by itself; only the database that opened it can be closed.'));
}

/**
 * PostgreSQL by URL. Rejects with a StartError when no connection can be made; the password is never part of it. A statement
 * without an answer within the limit rejects, and its connection is given up.
 */
export async function openPostgres(url: string, logger: Logger, limits = LIMITS): Promise<ScriptableDatabase> {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.queryMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process. The error itself
  // is not logged: the pool hangs the connection on it, with the key that cancels its statements.
  pool.on('error', (error: Error & { readonly code?: string }) => {
    logger.warn({ code: error.code, reason: error.message }, 'a database connection was lost');
  });
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new StartError(`PostgreSQL at ${withoutPassword(url)} ${whyNotOpened(error)}`, { cause: error });
  }
  let closing: Promise<void> | undefined;
  return {
    ...overClient(pool, 0),
    transaction: (work) => inTransaction(pool, work),
    close: () => (closing ??= pool.end()),
  };
}

/** What PostgreSQL itself answers names users and databases, never a password. */
function whyNotOpened(error: unknown): string {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  if (error instanceof pg.DatabaseError) {
    const remedy = REMEDIES.get(error.code ?? '') ?? 'See to it there, or correct LECTERN_POSTGRES_URL.';
    return `answers, and refuses: ${reason}. ${remedy}`;
  }
  if (NO_PASSWORD.test(reason)) {
    return 'wants a password, and LECTERN_POSTGRES_URL has none. Write it there: postgresql://USER:PASSWORD@HOST/DATABASE.';
  }
  return `does not answer (${reason}). Start it, or correct LECTERN_POSTGRES_URL, or unset it to use the embedded store.`;
}

async function inTransaction<T>(pool: pg.Pool, work: (database: ScriptableDatabase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // The pool listens to idle connections alone: one that breaks in use, between two statements, would end the process.
  const onLost = (error: Error) => {
    broken = error;
  };
  client.on('error', onLost);
  try {
    await client.query('begin');
    const result = await work({ ...overClient(client, 1), close: refuseClose });
    await client.query('commit');
    return result;
  } catch (error) {
    // Behind a statement without an answer the rollback would get none either; the end of the connection rolls back.
    if (isTimeout(error)) broken = error;
    else {
      await client.query('rollback').catch((rollbackError: unknown) => {
        broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
      });
    }
    throw error;
  } finally {
    client.off('error', onLost);
    client.release(broken);
  }
}

/** The driver's own error for `query_timeout`, which has no code. */
function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  } catch {
    return 'the URL given';
  }
}
