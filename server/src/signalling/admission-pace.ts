/** How many people may be on their way in at once: a fixed number where all three are the same. */
export interface PaceBounds {
  readonly least: number;
  readonly first: number;
  readonly most: number;
}

/** For each media worker, where nothing is configured. */
const BOUNDS_PER_WORKER: PaceBounds = { least: 24, first: 48, most: 96 };
/** A timer that is this late says that the event loop has no time for more. */
const BUSY_LAG_MS = 100;
const IDLE_LAG_MS = 50;
const SLOWER = 0.75;
const FASTER = 1.15;
/** Of those who were let in and ended lately: more than this share without media is not theirs, but a worker that has no time for more. */
const TOO_LATE_SHARE = 0.1;
/** Fewer are people whose own network or page is slow. */
const FEWEST_TOO_LATE = 3;
const LATELY_MS = 1_000;
const HALF = 0.5;
/** Once the workers were too slow: when as many as may come in at once got their media, a third of the least number more may. */
const RISE_OF_LEAST = 1 / 3;

/** What the workers can take, or the number that the operator fixed. */
export function paceBounds(workers: number, fixed: number | null): PaceBounds {
  if (fixed !== null) return { least: fixed, first: fixed, most: fixed };
  const { least, first, most } = BOUNDS_PER_WORKER;
  return { least: least * workers, first: first * workers, most: most * workers };
}

/**
 * The number of people on their way in at once. It follows the lag of the event loop, up a little, down a lot, and as TCP's window does those who
 * get no media in time: down by half, and from then on up by a fixed step for each round that came in, until nobody waits any more.
 */
export class AdmissionPace {
  readonly #bounds: PaceBounds;
  #atOnce: number;
  #inTime = 0;
  #tooLate = 0;
  #countedFromMs = 0;
  /** When the workers were last too slow; null: they kept up since somebody waits. */
  #tooSlowMs: number | null = null;

  constructor(bounds: PaceBounds) {
    this.#bounds = bounds;
    this.#atOnce = bounds.first;
  }

  get atOnce(): number {
    return Math.floor(this.#atOnce);
  }

  /** Somebody who was let in at this time got their media, or did not get them in time. */
  ended(admittedMs: number, inTime: boolean): void {
    // Those let in before the pace fell say nothing of what it is now.
    if (this.#tooSlowMs !== null && admittedMs < this.#tooSlowMs) return;
    if (inTime) this.#inTime += 1;
    else this.#tooLate += 1;
    if (inTime && this.#tooSlowMs !== null)
      this.#setTo(this.#atOnce + (this.#bounds.least * RISE_OF_LEAST) / this.#atOnce);
  }

  /** Takes the event loop's lag, from a moment when more people waited than were let in. */
  note(lagMs: number, nowMs: number): void {
    if (this.#workersAreSlow()) {
      this.#tooSlowMs = nowMs;
      this.#countFrom(nowMs);
      this.#setTo(this.#atOnce * HALF);
    } else if (lagMs > BUSY_LAG_MS) this.#setTo(Math.floor(this.#atOnce * SLOWER));
    else if (lagMs < IDLE_LAG_MS && this.#tooSlowMs === null) this.#setTo(Math.ceil(this.#atOnce * FASTER));
    if (nowMs - this.#countedFromMs >= LATELY_MS) this.#countFrom(nowMs);
  }

  /** Nobody waits any more: the next ones begin anew. */
  empty(): void {
    this.#tooSlowMs = null;
    this.#countFrom(this.#countedFromMs);
  }

  #workersAreSlow(): boolean {
    return this.#tooLate >= FEWEST_TOO_LATE && this.#tooLate > TOO_LATE_SHARE * (this.#tooLate + this.#inTime);
  }

  #countFrom(nowMs: number): void {
    this.#countedFromMs = nowMs;
    this.#inTime = 0;
    this.#tooLate = 0;
  }

  #setTo(atOnce: number): void {
    const { least, most } = this.#bounds;
    this.#atOnce = Math.min(most, Math.max(least, atOnce));
  }
}

/** What is older says nothing of how fast it goes now. */
const WINDOW_MS = 10_000;
/** Shorter than this is too little to tell. */
const SHORTEST_MS = 500;

/** How fast people are let in while some wait, by the last seconds. */
export class AdmissionRate {
  #waitingSinceMs: number | null = null;
  #admittedMs: number[] = [];

  /** Somebody waits, from now on or still. */
  waits(nowMs: number): void {
    this.#waitingSinceMs ??= nowMs;
  }

  admitted(nowMs: number): void {
    if (this.#waitingSinceMs !== null) this.#admittedMs.push(nowMs);
  }

  /** Nobody waits any more: the next ones begin anew. */
  empty(): void {
    this.#waitingSinceMs = null;
    this.#admittedMs = [];
  }

  /** Null while nothing is known of it. */
  perSecond(nowMs: number): number | null {
    if (this.#waitingSinceMs === null) return null;
    const fromMs = Math.max(this.#waitingSinceMs, nowMs - WINDOW_MS);
    if (nowMs - fromMs < SHORTEST_MS) return null;
    const older = this.#admittedMs.findIndex((atMs) => atMs >= fromMs);
    if (older !== 0) this.#admittedMs = older === -1 ? [] : this.#admittedMs.slice(older);
    if (this.#admittedMs.length === 0) return null;
    return (this.#admittedMs.length * 1_000) / (nowMs - fromMs);
  }
}
