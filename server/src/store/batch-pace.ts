import { setImmediate, setTimeout } from 'node:timers/promises';

/** Statements of one kind begin this far apart when many wait: a class that comes in at once costs some fifty of them a second. */
const APART_MS = 20;

/**
 * When the next batch of a kind may go to the database. The embedded one answers within the turn of the event loop that asks, so without
 * a pause each question would be a batch of its own. After a quiet time the first goes with what its turn of the loop brings in.
 */
export class BatchPace {
  #lastMs = Number.NEGATIVE_INFINITY;

  /** Resolves when a batch may be taken. */
  async next(): Promise<void> {
    const waitMs = this.#lastMs + APART_MS - performance.now();
    await (waitMs > 0 ? setTimeout(waitMs) : setImmediate());
    this.#lastMs = performance.now();
  }
}
