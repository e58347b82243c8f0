import type { ClassClock } from './class-clock.ts';

const BURST = 5;
const BURST_EVERY_MS = 250;
const THEN_EVERY_MS = 20_000;
/** To show the time the snapshot is enough: the first question waits, spread, until a class that came in together is in. */
const FIRST_AFTER_MS = 5_000;

/** Keeps a class clock measured: one round trip now and then, and a burst of them where windows are to be placed by it. */
export class ClockSampler {
  readonly #clock: ClassClock;
  readonly #ask: () => Promise<number | null>;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  #running = false;
  #isPrecise = false;

  constructor(clock: ClassClock, ask: () => Promise<number | null>, now: () => number) {
    this.#clock = clock;
    this.#ask = ask;
    this.#now = now;
  }

  /** Starts asking; goes on where it is running already. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    if (this.#isPrecise) void this.#sample(this.#run, BURST);
    else this.#askAfter(FIRST_AFTER_MS * (1 + Math.random()), 1);
  }

  /** From now on the clock is to be sure within moments of each start: asks in a burst, now where it runs. */
  makePrecise(): void {
    if (this.#isPrecise) return;
    this.#isPrecise = true;
    if (!this.#running) return;
    this.stop();
    this.start();
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
    this.#askAfter(burstLeft > 1 ? BURST_EVERY_MS : THEN_EVERY_MS, burstLeft - 1);
  }

  #askAfter(waitMs: number, burstLeft: number): void {
    const run = this.#run;
    this.#timer = setTimeout(() => void this.#sample(run, Math.max(0, burstLeft)), waitMs);
  }
}
