/** How many people may be on their way in at once: a fixed number where all three are the same. */
export interface PaceBounds {
  readonly least: number;
  readonly first: number;
  readonly most: number;
}

/** For each media worker, where nothing is configured. */
const BOUNDS_PER_WORKER: PaceBounds = { least: 24, first: 48, most: 192 };
/** A timer that is this late says that the event loop has no time for more. */
const BUSY_LAG_MS = 100;
const IDLE_LAG_MS = 50;
const SLOWER = 0.75;
const FASTER = 1.15;

/** What the workers can take, or the number that the operator fixed. */
export function paceBounds(workers: number, fixed: number | null): PaceBounds {
  if (fixed !== null) return { least: fixed, first: fixed, most: fixed };
  const { least, first, most } = BOUNDS_PER_WORKER;
  return { least: least * workers, first: first * workers, most: most * workers };
}

/** The number of people on their way in at once, which follows the lag of the event loop: up a little, down a lot. */
export class AdmissionPace {
  readonly #bounds: PaceBounds;
  #atOnce: number;

  constructor(bounds: PaceBounds) {
    this.#bounds = bounds;
    this.#atOnce = bounds.first;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  /** Takes a measurement, from a moment when more people waited than were let in. */
  note(lagMs: number): void {
    const { least, most } = this.#bounds;
    if (lagMs > BUSY_LAG_MS) this.#atOnce = Math.max(least, Math.floor(this.#atOnce * SLOWER));
    else if (lagMs < IDLE_LAG_MS) this.#atOnce = Math.min(most, Math.ceil(this.#atOnce * FASTER));
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
