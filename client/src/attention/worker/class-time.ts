import type { ClockSample } from '../protocol.ts';

/** A message older than this, or from the future, says that the two sides' wall clocks disagree. */
const MAX_TRANSIT_MS = 1000;
/** Without a sample for this long the class clock is no longer sure. */
const STALE_AFTER_MS = 10_000;

/** The class clock inside the worker, from the page's samples. Keeps its last offset when the page knows nothing any more. */
export class ClassTime {
  #offsetMs: number | null = null;
  #sureAtMs = Number.NEGATIVE_INFINITY;

  /** Takes a sample that arrived at `epochNowMs` of the worker. */
  update(sample: ClockSample, epochNowMs: number): void {
    if (sample.classMs === null) {
      this.#sureAtMs = Number.NEGATIVE_INFINITY;
      return;
    }
    const transitMs = epochNowMs - sample.epochMs;
    const sentAtMs = transitMs >= 0 && transitMs <= MAX_TRANSIT_MS ? sample.epochMs : epochNowMs;
    this.#offsetMs = sample.classMs - sentAtMs;
    this.#sureAtMs = sample.sure ? epochNowMs : Number.NEGATIVE_INFINITY;
  }

  /** Class milliseconds, or null before the first sample that knew. */
  at(epochMs: number): number | null {
    return this.#offsetMs === null ? null : epochMs + this.#offsetMs;
  }

  isSure(epochNowMs: number): boolean {
    return epochNowMs - this.#sureAtMs <= STALE_AFTER_MS;
  }
}
