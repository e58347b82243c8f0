import type { ClockSample } from '../protocol.ts';

/** Where even the quickest message is older than this, or from the future, the two sides' clocks disagree. */
const MAX_TRANSIT_MS = 1000;
/** Without a sample for this long the class clock is no longer sure. */
const STALE_AFTER_MS = 10_000;
/** Two sure samples are off by less than 100 ms each: beyond this the clock was wrong before, or is now. */
const JUMP_MS = 250;
/** The device's wall clock and its monotonic one drift apart by that much where one was set, or stood still while the device slept. */
const APART_MS = 1000;
/** The window of a datagram is an unsigned 32-bit integer; nothing but a broken clock comes near its end. */
const LAST_MS = 0xffff_ffff * 5000;

/** The class clock inside the worker, from the page's samples. Keeps its last offset when the page knows nothing any more. */
export class ClassTime {
  readonly #wallNowMs: () => number;
  #offsetMs: number | null = null;
  /** What the quickest message took, by the two sides' clocks: one that took longer lay waiting while a frame was looked at. */
  #quickestMs = Number.POSITIVE_INFINITY;
  #sureAtMs = Number.NEGATIVE_INFINITY;
  /** Wall clock minus monotonic clock, when the last sample came. */
  #wallOffsetMs = 0;

  constructor(wallNowMs: () => number = Date.now) {
    this.#wallNowMs = wallNowMs;
  }

  /** Takes a sample that arrived at `epochNowMs` of the worker. A time that no class has is as none. */
  update(sample: ClockSample, epochNowMs: number): void {
    const { classMs } = sample;
    if (classMs === null || !(classMs >= 0 && classMs < LAST_MS)) {
      this.#sureAtMs = Number.NEGATIVE_INFINITY;
      return;
    }
    this.#quickestMs = Math.min(this.#quickestMs, epochNowMs - sample.epochMs);
    const agree = this.#quickestMs >= 0 && this.#quickestMs <= MAX_TRANSIT_MS;
    const offsetMs = classMs - (agree ? sample.epochMs : sample.epochMs + this.#quickestMs);
    // What was seen by the wrong time must not be scored: the next sample that agrees is sure again.
    const jumped = this.#offsetMs !== null && Math.abs(offsetMs - this.#offsetMs) > JUMP_MS;
    this.#offsetMs = offsetMs;
    this.#sureAtMs = sample.sure && !jumped ? epochNowMs : Number.NEGATIVE_INFINITY;
    this.#wallOffsetMs = this.#wallNowMs() - epochNowMs;
  }

  /** Class milliseconds, or null before the first sample that knew. */
  at(epochMs: number): number | null {
    return this.#offsetMs === null ? null : epochMs + this.#offsetMs;
  }

  isSure(epochNowMs: number): boolean {
    const isFresh = epochNowMs - this.#sureAtMs <= STALE_AFTER_MS;
    return isFresh && Math.abs(this.#wallNowMs() - epochNowMs - this.#wallOffsetMs) < APART_MS;
  }
}
