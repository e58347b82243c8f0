import { LecternError } from '@lectern/contracts';

interface Bucket {
  /** Attempts counted and not yet forgotten. */
  level: number;
  atMs: number;
}

/** How many attempts are borne at once, and how long it takes until all of them are forgotten. */
export interface AttemptLimitOptions {
  readonly attempts: number;
  readonly forgottenAfterMs: number;
  readonly nowMs: () => number;
}

const MAX_KEYS = 50_000;

/** Counts attempts for each key in a bucket that leaks evenly; its memory is bounded. */
export class AttemptLimit {
  readonly #options: AttemptLimitOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: AttemptLimitOptions) {
    this.#options = options;
  }

  /** Throws `too-many`, with the wait until the next try, when the key has used up its attempts. */
  check(key: string): void {
    const { attempts, forgottenAfterMs } = this.#options;
    const excess = this.#levelOf(key) + 1 - attempts;
    if (excess > 0) {
      throw new LecternError('too-many', { retryAfterMs: Math.ceil((excess * forgottenAfterMs) / attempts) });
    }
  }

  /** True while the key has an attempt left. */
  allows(key: string): boolean {
    return this.#levelOf(key) + 1 <= this.#options.attempts;
  }

  /** Counts one attempt. */
  count(key: string): void {
    const level = this.#levelOf(key) + 1;
    // Set anew, so that the map stays ordered by the last attempt and the oldest goes first.
    this.#buckets.delete(key);
    this.#buckets.set(key, { level, atMs: this.#options.nowMs() });
    if (this.#buckets.size > MAX_KEYS) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
  }

  /** Takes one attempt back that came to nothing. */
  takeBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (!bucket) return;
    bucket.level -= 1;
    if (bucket.level <= 0) this.#buckets.delete(key);
  }

  /** Forgets the key's attempts. */
  forget(key: string): void {
    this.#buckets.delete(key);
  }

  #levelOf(key: string): number {
    const bucket = this.#buckets.get(key);
    if (!bucket) return 0;
    const { attempts, forgottenAfterMs, nowMs } = this.#options;
    const leaked = ((nowMs() - bucket.atMs) / forgottenAfterMs) * attempts;
    return Math.max(0, bucket.level - leaked);
  }
}
