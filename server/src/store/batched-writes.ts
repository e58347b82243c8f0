import { BatchLoop, MOST_IN_BATCH } from './batch-loop.ts';
import { isOwnFault } from './statement-fault.ts';

interface Write<Row, Written> {
  readonly row: Row;
  readonly done: (written: Written | undefined) => void;
  readonly failed: (error: unknown) => void;
}

interface BatchedWritesOptions<Row, Written> {
  /** Writes all rows in one statement, and gives what it returned: at most one for each key. */
  readonly write: (rows: readonly Row[]) => Promise<Written[]>;
  readonly keyOf: (row: Row) => string;
  readonly keyOfWritten: (written: Written) => string;
}

/**
 * Writes rows, many in one statement, and gives what came back of each: what is handed in while a statement runs goes into the next.
 * Rows of the same key are written one after another, in the order in which they were handed in.
 */
export class BatchedWrites<Row, Written extends object> {
  readonly #options: BatchedWritesOptions<Row, Written>;
  readonly #loop = new BatchLoop({ waits: () => this.#waiting.length > 0, begin: () => this.#begin() });
  #waiting: Write<Row, Written>[] = [];

  constructor(options: BatchedWritesOptions<Row, Written>) {
    this.#options = options;
  }

  /** What the statement returned for this row, undefined where it wrote none; rejects with what the database says. */
  write(row: Row): Promise<Written | undefined> {
    const written = new Promise<Written | undefined>((done, failed) => {
      this.#waiting.push({ row, done, failed });
    });
    this.#loop.wake();
    return written;
  }

  /** The first of each key. */
  #begin() {
    const batch = new Map<string, Write<Row, Written>>();
    const later: Write<Row, Written>[] = [];
    for (const write of this.#waiting) {
      const key = this.#options.keyOf(write.row);
      if (batch.size < MOST_IN_BATCH && !batch.has(key)) batch.set(key, write);
      else later.push(write);
    }
    this.#waiting = later;
    return { size: batch.size, done: this.#commit(batch) };
  }

  /** One row that cannot be written must not take the others with it; a database that is away is not asked for each. */
  async #commit(batch: ReadonlyMap<string, Write<Row, Written>>): Promise<void> {
    try {
      const { write, keyOfWritten } = this.#options;
      const rows = await write([...batch.values()].map(({ row }) => row));
      const written = new Map(rows.map((row) => [keyOfWritten(row), row]));
      for (const [key, { done }] of batch) done(written.get(key));
    } catch (error) {
      const all = batch.size === 1 || !isOwnFault(error);
      for (const [key, each] of batch) {
        if (all) each.failed(error);
        else await this.#commit(new Map([[key, each]]));
      }
    }
  }
}
