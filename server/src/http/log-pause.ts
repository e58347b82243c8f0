const PAUSE_MS = 60_000;

/** One line of a kind a minute: whoever runs into it may do so thousands of times. */
export class LogPause {
  #quietUntilMs = 0;
  #unwritten = 0;

  /** How many were left out before this one; null where this one is to be left out too. */
  next(nowMs: number): number | null {
    if (nowMs < this.#quietUntilMs) {
      this.#unwritten += 1;
      return null;
    }
    const before = this.#unwritten;
    this.#quietUntilMs = nowMs + PAUSE_MS;
    this.#unwritten = 0;
    return before;
  }
}
