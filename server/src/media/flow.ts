/** How much a link may bring: so much at once, and so much more each second. */
export interface FlowLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** What a worker has counted so far, and when by its own clock. */
export interface Reading {
  readonly atMs: number;
  readonly count: number;
}

/** Tells of what a worker counts whether more came than the limit allows, however often it is looked at: a leaky bucket. */
export class Flow {
  readonly #limit: FlowLimit;
  #last: Reading | null;
  /** What came too fast so far; no more than may come at once. */
  #level = 0;

  /** `first` is what to count from; null: from the first reading, of which nothing is known then. */
  constructor(limit: FlowLimit, first: Reading | null = null) {
    this.#limit = limit;
    this.#last = first;
  }

  /** True when more came up to this reading. */
  exceeds(now: Reading): boolean {
    const before = this.#last;
    this.#last = now;
    if (before === null) return false;
    const { burst, perSecond } = this.#limit;
    const seconds = Math.max(0, now.atMs - before.atMs) / 1_000;
    const level = Math.max(0, this.#level + now.count - before.count - perSecond * seconds);
    this.#level = Math.min(level, burst);
    return level > burst;
  }
}
