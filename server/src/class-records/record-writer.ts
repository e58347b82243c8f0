import { LecternError } from '@lectern/contracts';
import type { Logger } from 'pino';
import { BatchLoop } from '../store/batch-loop.ts';
import { isOwnFault } from '../store/statement-fault.ts';
import type { Database, SqlValue } from '../store/database.ts';

interface Statement {
  /** Null: nothing to write, only a mark in the order. */
  readonly sql: string | null;
  readonly values: readonly SqlValue[];
  /** One row of a statement that takes a list for each column. */
  readonly isRow: boolean;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Does what needs the database. What it does not take, or does not answer in time, goes to the log and rejects with
 * `unavailable`; a LecternError stays what it is.
 */
export async function onRecord<T>(work: () => Promise<T>, logger: Logger): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LecternError) throw error;
    logger.error({ err: error }, 'a record of a class could not be written');
    throw new LecternError('unavailable', { cause: error });
  }
}

/**
 * Writes in the order of the calls and many at once: what comes in while a transaction runs goes into the next one, so
 * that a busy class costs one commit at a time and not one for each message.
 */
export class RecordWriter {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #loop = new BatchLoop({ waits: () => this.#waiting.length > 0, begin: () => this.#begin() });
  #waiting: Statement[] = [];

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** Resolves once the statement is committed. When it cannot be, that goes to the log, and rejects with `unavailable`. */
  write(sql: string, values: readonly SqlValue[]): Promise<void> {
    return onRecord(() => this.#add(sql, values), this.#logger);
  }

  /**
   * Like `write`, for one row of a statement that takes a list for each column (`unnest`): rows of one statement that are committed
   * together cost one statement. They go where the first of them stands, so a row must need nothing that is handed in with it.
   */
  writeRow(sql: string, row: readonly SqlValue[]): Promise<void> {
    return onRecord(() => this.#add(sql, row, true), this.#logger);
  }

  /** Like `write`, for what nobody waits for. */
  record(sql: string, values: readonly SqlValue[]): void {
    this.write(sql, values).catch(() => undefined);
  }

  /** Resolves once everything that was handed in before is committed or has failed. */
  async settled(): Promise<void> {
    // A mark, not the end of the run: a busy server may never come to that.
    if (this.#loop.runs) await this.#add(null, []);
  }

  #add(sql: string | null, values: readonly SqlValue[], isRow = false): Promise<void> {
    const written = new Promise<void>((done, failed) => {
      this.#waiting.push({ sql, values, isRow, done, failed });
    });
    this.#loop.wake();
    return written;
  }

  #begin() {
    const batch = this.#waiting;
    this.#waiting = [];
    return { size: batch.length, done: this.#commit(batch) };
  }

  async #commit(batch: readonly Statement[]): Promise<void> {
    try {
      if (batch.some(({ sql }) => sql !== null)) {
        await this.#database.transaction(async (transaction) => {
          for (const { sql, values } of merged(batch)) await transaction.query(sql, values);
        });
      }
    } catch (error) {
      await this.#commitEach(batch, error);
      return;
    }
    for (const statement of batch) statement.done();
  }

  /** One statement that cannot be written must not take the others with it; a database that is away is not asked for each. */
  async #commitEach(batch: readonly Statement[], groupError: unknown): Promise<void> {
    if (batch.length === 1 || !isOwnFault(groupError)) {
      for (const { sql, done, failed } of batch) {
        if (sql === null) done();
        else failed(groupError);
      }
      return;
    }
    for (const statement of batch) {
      try {
        for (const { sql, values } of merged([statement])) await this.#database.query(sql, values);
        statement.done();
      } catch (error) {
        statement.failed(error);
      }
    }
  }
}

/** What a batch has to write, rows of one statement together. */
function merged(batch: readonly Statement[]): { sql: string; values: readonly SqlValue[] }[] {
  const statements: { sql: string; values: readonly SqlValue[] }[] = [];
  const rowsOf = new Map<string, SqlValue[][]>();
  for (const { sql, values, isRow } of batch) {
    if (sql === null) continue;
    if (!isRow) {
      statements.push({ sql, values });
      continue;
    }
    let columns = rowsOf.get(sql);
    if (!columns) {
      columns = values.map(() => []);
      rowsOf.set(sql, columns);
      statements.push({ sql, values: columns });
    }
    for (const [index, value] of values.entries()) columns[index]?.push(value);
  }
  return statements;
}
