/** From so many changes a second on, batches go out less often: nobody could follow them. */
const LIVELY_PER_S = 12;
/** How much less often. */
const LIVELY_FACTOR = 4;
const WINDOW_MS = 1_000;

/** Two of a kind are at least so much of their time apart, where the first one went out beside the beat. */
const LEAST_SHARE = 0.9;

/**
 * When batches of several kinds go out: each at most every `batchMs`, and four times less often in a lively class. The first
 * of a quiet moment goes out at once; all others go on one beat, so that they can travel together.
 */
export class BatchPace<Kind extends string> {
  readonly #batchMs: number;
  readonly #factors: Partial<Record<Kind, number>>;
  readonly #originMs: number;
  readonly #sentMs = new Map<Kind, number>();
  #windowMs = -Infinity;
  #changes = 0;
  #changesBefore = 0;

  /** `factors`: how many times `batchMs` a kind takes at least, in a quiet class too. The beat starts at `originMs`. */
  constructor(batchMs: number, factors: Partial<Record<Kind, number>>, originMs: number) {
    this.#batchMs = batchMs;
    this.#factors = factors;
    this.#originMs = originMs;
  }

  /** Somebody wrote, reacted, or raised or lowered a hand. */
  note(nowMs: number): void {
    this.#turn(nowMs);
    this.#changes += 1;
  }

  sent(kind: Kind, nowMs: number): void {
    this.#sentMs.set(kind, nowMs);
  }

  /** When a change of this kind that happens now goes out. */
  dueMs(kind: Kind, nowMs: number): number {
    this.#turn(nowMs);
    const lively = Math.max(this.#changes, this.#changesBefore) >= LIVELY_PER_S;
    const spacingMs = this.#batchMs * Math.max(lively ? LIVELY_FACTOR : 1, this.#factors[kind] ?? 1);
    const sentMs = this.#sentMs.get(kind) ?? -Infinity;
    if (!lively && nowMs >= sentMs + spacingMs) return nowMs;
    const earliestMs = Math.max(nowMs, sentMs + LEAST_SHARE * spacingMs);
    return this.#originMs + Math.ceil((earliestMs - this.#originMs) / spacingMs) * spacingMs;
  }

  #turn(nowMs: number): void {
    const passedMs = nowMs - this.#windowMs;
    if (passedMs < WINDOW_MS) return;
    this.#changesBefore = passedMs < 2 * WINDOW_MS ? this.#changes : 0;
    this.#changes = 0;
    this.#windowMs = nowMs;
  }
}
