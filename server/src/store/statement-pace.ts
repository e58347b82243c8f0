import { setImmediate, setTimeout } from 'node:timers/promises';

/** Batches of one kind begin this far apart while several questions come at a time: a class that comes in at once costs some fifty a second. */
const APART_MS = 20;

/**
 * When the next batch of a kind may go to the database. The embedded one answers within the turn of the event loop that asks, so without
 * a pause each question would be a batch of its own. Whoever asks alone waits for nothing but the end of the turn.
 */
export class StatementPace {
  #lastMs = Number.NEGATIVE_INFINITY;
  #wasAlone = true;

  /** Resolves when a batch may be taken. */
  async next(): Promise<void> {
    const waitMs = this.#wasAlone ? 0 : this.#lastMs + APART_MS - performance.now();
    await (waitMs > 0 ? setTimeout(waitMs) : setImmediate());
    this.#lastMs = performance.now();
  }

  /** Notes how many a batch came to. */
  took(count: number): void {
    this.#wasAlone = count <= 1;
  }
}
