/** Worst error at which a window may still be placed on the class clock and scored. */
const SURE_WITHIN_MS = 100;
/** How far two honest oscillators may drift apart, as a share: 100 parts per million. */
const DRIFT_SHARE = 100e-6;
/** The clock as others see it is moved by at most this share of passing time, forwards and backwards: it never jumps back. */
const SLEW_SHARE = 0.05;
/** An error beyond this is corrected in one step: a wrong start, or the device slept. */
const STEP_BEYOND_MS = 500;
const KEPT_SAMPLES = 12;

interface Sample {
  /** Class clock minus local clock. */
  readonly offsetMs: number;
  /** Half of the round trip: the offset cannot be further off than this when it was taken. */
  readonly boundMs: number;
  readonly takenMs: number;
}

/**
 * The class clock as this page estimates it, from round trips over signalling. The sample with the tightest bound wins,
 * its bound widened by what two clocks may have drifted since. Pure: the local clock (milliseconds, monotonic) is given.
 */
export class ClassClock {
  readonly #now: () => number;
  #samples: readonly Sample[] = [];
  #shownOffsetMs: number | null = null;
  #shownAtMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes one round trip: when the question left, when the answer came (both local), and what the answer said. */
  add(sentMs: number, receivedMs: number, classMs: number): void {
    const sample = {
      offsetMs: classMs - (sentMs + receivedMs) / 2,
      boundMs: (receivedMs - sentMs) / 2,
      // The answer may have been given as early as this, and the clocks have drifted since.
      takenMs: sentMs,
    };
    this.#advance(receivedMs);
    this.#samples = [...this.#samples, sample].slice(-KEPT_SAMPLES);
    // Samples that exclude each other mean that one of the clocks was set or stood still: only the newest can be right.
    const best = this.#best(receivedMs);
    if (best !== null && Math.abs(best.offsetMs - sample.offsetMs) > best.boundMs + sample.boundMs + 1)
      this.#samples = [sample];
  }

  /** A first, unmeasured value, e.g. of a snapshot: good enough to show, never sure. */
  hint(classMs: number): void {
    this.#shownOffsetMs ??= classMs - this.#now();
    this.#shownAtMs = this.#now();
  }

  /** Forgets everything: the class is not live, or the device slept. */
  reset(): void {
    this.#samples = [];
    this.#shownOffsetMs = null;
  }

  /** Milliseconds since Start as well as they are known; null while nothing is. */
  shownMs(): number | null {
    const nowMs = this.#now();
    this.#advance(nowMs);
    return this.#shownOffsetMs === null ? null : Math.max(0, nowMs + this.#shownOffsetMs);
  }

  /** Whether `shownMs` is known within 100 ms: a window may be placed by it. */
  isSure(): boolean {
    return this.errorMs() < SURE_WITHIN_MS;
  }

  /** How far `shownMs` may be off at most; infinite without a sample. */
  errorMs(): number {
    const nowMs = this.#now();
    this.#advance(nowMs);
    const best = this.#best(nowMs);
    if (best === null || this.#shownOffsetMs === null) return Number.POSITIVE_INFINITY;
    return best.boundMs + Math.abs(best.offsetMs - this.#shownOffsetMs);
  }

  /** The sample with the tightest bound as of now. */
  #best(nowMs: number): { offsetMs: number; boundMs: number } | null {
    let best: { offsetMs: number; boundMs: number } | null = null;
    for (const { offsetMs, boundMs, takenMs } of this.#samples) {
      const widened = boundMs + Math.max(0, nowMs - takenMs) * DRIFT_SHARE;
      if (best === null || widened < best.boundMs) best = { offsetMs, boundMs: widened };
    }
    return best;
  }

  /** Moves the shown offset towards the best estimate, by no more than the time since the last move allows. */
  #advance(nowMs: number): void {
    const best = this.#best(nowMs);
    if (best !== null) {
      const shown = this.#shownOffsetMs ?? best.offsetMs;
      const wrongMs = best.offsetMs - shown;
      const allowedMs = Math.max(0, nowMs - this.#shownAtMs) * SLEW_SHARE;
      const jumps = Math.abs(wrongMs) > STEP_BEYOND_MS;
      this.#shownOffsetMs = jumps ? best.offsetMs : shown + Math.min(allowedMs, Math.max(-allowedMs, wrongMs));
    }
    this.#shownAtMs = nowMs;
  }
}
