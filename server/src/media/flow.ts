/** How much a link may bring: so much at once, and so much more each second. */
export interface FlowLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Tells of what a worker counts whether more came than the limit allows, however often it is looked at: a leaky bucket. */
export class Flow {
  readonly #limit: FlowLimit;
  /** Up to when it was looked at, by the worker's clock. Nothing is known of what came before the first look. */
  #atMs = -Infinity;
  /** What came too fast so far; no more than may come at once. */
  #level = 0;

  constructor(limit: FlowLimit) {
    this.#limit = limit;
  }

  /** True when more came than is allowed, with this much since the last look; `nowMs` by the worker's clock. */
  exceeds(came: number, nowMs: number): boolean {
    const { burst, perSecond } = this.#limit;
    const seconds = Math.max(0, nowMs - this.#atMs) / 1_000;
    this.#atMs = Math.max(this.#atMs, nowMs);
    const level = Math.max(0, this.#level + came - perSecond * seconds);
    this.#level = Math.min(level, burst);
    return level > burst;
  }
}
