import { isOwnFault } from './statement-fault.ts';
import { StatementPace } from './statement-pace.ts';

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

/** Longest list of rows in one statement: nothing else of the embedded database's turn waits for long. */
const MOST_ROWS = 200;

/**
 * Writes rows, many in one statement, and gives what came back of each: what is handed in while a statement runs goes into the next.
 * Rows of the same key are written one after another, in the order in which they were handed in.
 */
export class BatchedWrites<Row, Written extends object> {
  readonly #options: BatchedWritesOptions<Row, Written>;
  readonly #pace = new StatementPace();
  #waiting: Write<Row, Written>[] = [];
  #running = false;

  constructor(options: BatchedWritesOptions<Row, Written>) {
    this.#options = options;
  }

  /** What the statement returned for this row, undefined where it wrote none; rejects with what the database says. */
  write(row: Row): Promise<Written | undefined> {
    const written = new Promise<Written | undefined>((done, failed) => {
      this.#waiting.push({ row, done, failed });
    });
    if (!this.#running) void this.#run();
    return written;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      await this.#pace.next();
      const batch = this.#take();
      this.#pace.took(batch.size);
      await this.#commit(batch);
    }
    this.#running = false;
  }

  /** The first of each key. */
  #take(): ReadonlyMap<string, Write<Row, Written>> {
    const batch = new Map<string, Write<Row, Written>>();
    const later: Write<Row, Written>[] = [];
    for (const write of this.#waiting) {
      const key = this.#options.keyOf(write.row);
      if (batch.size < MOST_ROWS && !batch.has(key)) batch.set(key, write);
      else later.push(write);
    }
    this.#waiting = later;
    return batch;
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
