import { LecternError } from '@lectern/contracts';

/** What waits and runs at most: what fifty classes ask for at the end of a window, four times over. */
const MOST_PENDING = 200;

/** Runs one piece of work after the other, in the order of asking; a failed one does not stop the next. */
export class SerialQueue {
  readonly #mostPending: number;
  #tail: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #startedAtMs: number | null = null;

  constructor(mostPending = MOST_PENDING) {
    this.#mostPending = mostPending;
  }

  /** For how long the work that runs now has been running, in ms; 0 when none does. */
  get runningForMs(): number {
    return this.#startedAtMs === null ? 0 : performance.now() - this.#startedAtMs;
  }

  /** Rejects with `unavailable` when too much waits already: whoever asks may ask again. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pending >= this.#mostPending) return Promise.reject(new LecternError('unavailable'));
    this.#pending += 1;
    const result = this.#tail.then(() => this.#turn(work));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything asked for so far has ended. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    this.#startedAtMs = performance.now();
    try {
      return await work();
    } finally {
      this.#startedAtMs = null;
      this.#pending -= 1;
    }
  }
}
