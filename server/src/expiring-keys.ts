/** Keys that are known for the same time each, from when they were noted last. */
export class ExpiringKeys<Key> {
  readonly #forMs: number;
  readonly #nowMs: () => number;
  /** The first to be over is the first. */
  readonly #until = new Map<Key, number>();

  /** `nowMs` by the monotonic clock. */
  constructor(forMs: number, nowMs: () => number) {
    this.#forMs = forMs;
    this.#nowMs = nowMs;
  }

  /** Notes it from now on; true where it had been noted before and was not found over yet. */
  note(key: Key): boolean {
    const again = this.#until.delete(key);
    this.#until.set(key, this.#nowMs() + this.#forMs);
    return again;
  }

  /** From now on it is not known. */
  forget(key: Key): void {
    this.#until.delete(key);
  }

  /** Milliseconds until it is over; null where it is not known. */
  leftMs(key: Key): number | null {
    const nowMs = this.#dropOld();
    const untilMs = this.#until.get(key);
    return untilMs === undefined ? null : untilMs - nowMs;
  }

  /** Those that are known now. */
  keys(): Key[] {
    this.#dropOld();
    return [...this.#until.keys()];
  }

  #dropOld(): number {
    const nowMs = this.#nowMs();
    for (const [known, untilMs] of this.#until) {
      if (untilMs > nowMs) break;
      this.#until.delete(known);
    }
    return nowMs;
  }
}
