/** From so many changes a second on, batches go out less often: nobody could follow them. */
const LIVELY_PER_S = 12;
/** How much less often. */
const LIVELY_FACTOR = 4;
const WINDOW_MS = 1_000;

/** When batches of several kinds may go out: each at most every `batchMs`, and every fourth time in a lively class. */
export class BatchPace<Kind extends string> {
  readonly #batchMs: number;
  readonly #slow: ReadonlySet<Kind>;
  readonly #sentMs = new Map<Kind, number>();
  #windowMs = -Infinity;
  #changes = 0;
  #changesBefore = 0;

  /** `slow`: the kinds that always take the longer time. */
  constructor(batchMs: number, slow: ReadonlySet<Kind>) {
    this.#batchMs = batchMs;
    this.#slow = slow;
  }

  /** Somebody wrote, reacted, or raised or lowered a hand. */
  note(nowMs: number): void {
    this.#turn(nowMs);
    this.#changes += 1;
  }

  sent(kind: Kind, nowMs: number): void {
    this.#sentMs.set(kind, nowMs);
  }

  /** How long a kind has to wait still; 0 when it may go out. */
  waitMs(kind: Kind, nowMs: number): number {
    this.#turn(nowMs);
    const lively = Math.max(this.#changes, this.#changesBefore) >= LIVELY_PER_S;
    const spacingMs = lively || this.#slow.has(kind) ? LIVELY_FACTOR * this.#batchMs : this.#batchMs;
    return Math.max(0, (this.#sentMs.get(kind) ?? -Infinity) + spacingMs - nowMs);
  }

  #turn(nowMs: number): void {
    const passedMs = nowMs - this.#windowMs;
    if (passedMs < WINDOW_MS) return;
    this.#changesBefore = passedMs < 2 * WINDOW_MS ? this.#changes : 0;
    this.#changes = 0;
    this.#windowMs = nowMs;
  }
}
