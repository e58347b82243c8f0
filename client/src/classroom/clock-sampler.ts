import type { ClassClock } from './class-clock.ts';

const BURST = 5;
const BURST_EVERY_MS = 250;
const THEN_EVERY_MS = 20_000;

/** Keeps a class clock measured: a burst of round trips to begin with, then one now and then. */
export class ClockSampler {
  readonly #clock: ClassClock;
  readonly #ask: () => Promise<number | null>;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  #running = false;

  constructor(clock: ClassClock, ask: () => Promise<number | null>, now: () => number) {
    this.#clock = clock;
    this.#ask = ask;
    this.#now = now;
  }

  /** Starts with a burst at once; goes on where it is running already. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#sample(this.#run, BURST);
  }

  stop(): void {
    this.#running = false;
    this.#run++;
    clearTimeout(this.#timer);
  }

  async #sample(run: number, burstLeft: number): Promise<void> {
    const sentMs = this.#now();
    const classMs = await this.#ask().catch(() => null);
    if (run !== this.#run) return;
    // Null: not live, or no answer. Either way the next question comes with the next start or in its turn.
    if (classMs !== null) this.#clock.add(sentMs, this.#now(), classMs);
    this.#timer = setTimeout(
      () => void this.#sample(run, Math.max(0, burstLeft - 1)),
      burstLeft > 1 ? BURST_EVERY_MS : THEN_EVERY_MS,
    );
  }
}
