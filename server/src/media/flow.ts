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

/** Tells of what a worker counts whether more came between two looks than the limit allows. */
export class Flow {
  readonly #limit: FlowLimit;
  #last: Reading | null = null;

  constructor(limit: FlowLimit) {
    this.#limit = limit;
  }

  /** True when more came since the reading before; at the first it is not known. */
  exceeds(now: Reading): boolean {
    const before = this.#last;
    this.#last = now;
    if (before === null) return false;
    const { burst, perSecond } = this.#limit;
    const seconds = Math.max(0, now.atMs - before.atMs) / 1_000;
    return now.count - before.count > burst + perSecond * seconds;
  }
}
