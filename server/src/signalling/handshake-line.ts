import { LecternError } from '@lectern/contracts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import type { SignallingLimits } from '../config/limits.ts';

const COME_AGAIN_AFTER_MS = 1_000;

type Work = () => Promise<void>;

/**
 * Looks at handshakes some at a time, so that nobody's stands before everything else; the addresses take turns, so that one that
 * asks without end holds up itself alone.
 */
export class HandshakeLine {
  readonly #limits: SignallingLimits['handshakes'];
  /** By address, in the order of their turns. */
  readonly #waiting = new Map<string, Work[]>();
  #size = 0;
  #running = 0;

  /**
   * Those who are looked at together share their questions to the database. Whoever waits here sees no place yet: so many at once, that a
   * class that comes at once soon stands in the queue that shows it. More waiting than two full classes come again, with jitter.
   */
  constructor(limits = DEFAULT_LIMITS.signallingLimits.handshakes) {
    this.#limits = limits;
  }

  /** Gives what the work gives, in its turn. Rejects with `unavailable`, and when to come again, where too many wait. */
  run<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.#size >= this.#limits.waiting) {
      return Promise.reject(new LecternError('unavailable', { retryAfterMs: COME_AGAIN_AFTER_MS }));
    }
    return new Promise((resolve, reject) => {
      const line = this.#waiting.get(address) ?? [];
      line.push(() => work().then(resolve, reject));
      this.#waiting.set(address, line);
      this.#size += 1;
      this.#next();
    });
  }

  #next(): void {
    while (this.#running < this.#limits.atOnce) {
      const work = this.#take();
      if (!work) return;
      this.#running += 1;
      void work().finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  #take(): Work | undefined {
    for (const [address, line] of this.#waiting) {
      const work = line.shift();
      this.#waiting.delete(address);
      // Set anew: behind the other addresses.
      if (line.length > 0) this.#waiting.set(address, line);
      if (!work) continue;
      this.#size -= 1;
      return work;
    }
    return undefined;
  }
}
