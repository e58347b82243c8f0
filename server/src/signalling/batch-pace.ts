/** From so many changes a second on, batches go out less often: nobody could follow them. */
const LIVELY_PER_S = 12;
/** How much less often. */
const LIVELY_FACTOR = 4;
const WINDOW_MS = 1_000;

/** When batches of several kinds may go out: each at most every `batchMs`, and four times less often in a lively class. */
export class BatchPace<Kind extends string> {
  readonly #batchMs: number;
  readonly #factors: Partial<Record<Kind, number>>;
  readonly #sentMs = new Map<Kind, number>();
  #windowMs = -Infinity;
  #changes = 0;
  #changesBefore = 0;

  /** `factors`: how many times `batchMs` a kind takes at least, in a quiet class too. */
  constructor(batchMs: number, factors: Partial<Record<Kind, number>>) {
    this.#batchMs = batchMs;
    this.#factors = factors;
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
    const spacingMs = this.#batchMs * Math.max(lively ? LIVELY_FACTOR : 1, this.#factors[kind] ?? 1);
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
