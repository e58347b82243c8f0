import { BatchLoop, MOST_IN_BATCH } from './batch-loop.ts';

interface Question<Row> {
  readonly found: (row: Row | undefined) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Finds rows by a key, many keys in one statement: what is asked while a statement runs goes into the next, so that a class that comes
 * in at once costs some statements, and each answer is as new as its question. `read` gives at most one row for each key.
 */
export class BatchedReads<Row extends object> {
  readonly #read: (keys: readonly string[]) => Promise<Row[]>;
  readonly #keyOf: (row: Row) => string;
  readonly #waiting = new Map<string, Question<Row>[]>();
  readonly #loop = new BatchLoop({ waits: () => this.#waiting.size > 0, begin: () => this.#begin() });

  constructor(read: (keys: readonly string[]) => Promise<Row[]>, keyOf: (row: Row) => string) {
    this.#read = read;
    this.#keyOf = keyOf;
  }

  /** The row with this key, undefined where there is none; rejects with what the database says. */
  find(key: string): Promise<Row | undefined> {
    const row = new Promise<Row | undefined>((found, failed) => {
      const question = { found, failed };
      const same = this.#waiting.get(key);
      if (same) same.push(question);
      else this.#waiting.set(key, [question]);
    });
    this.#loop.wake();
    return row;
  }

  #begin() {
    const batch = new Map([...this.#waiting].slice(0, MOST_IN_BATCH));
    for (const key of batch.keys()) this.#waiting.delete(key);
    return { size: batch.size, done: this.#answer(batch) };
  }

  async #answer(batch: ReadonlyMap<string, readonly Question<Row>[]>): Promise<void> {
    try {
      const rows = new Map((await this.#read([...batch.keys()])).map((row) => [this.#keyOf(row), row]));
      for (const [key, questions] of batch) for (const { found } of questions) found(rows.get(key));
    } catch (error) {
      for (const questions of batch.values()) for (const { failed } of questions) failed(error);
    }
  }
}

/** Two ids as one key. */
export function pairOf(first: string, second: string | null): string {
  return `${first} ${second}`;
}

/** Of such keys the first ids and the second, each a column. */
export function unpaired(keys: readonly string[]): [string[], string[]] {
  const pairs = keys.map((key) => key.split(' '));
  return [pairs.map(([first = '']) => first), pairs.map(([, second = '']) => second)];
}
