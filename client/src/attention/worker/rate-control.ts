import type { MeasuringLimit } from '../device-reserves.ts';

/** The rates that the pipeline moves between, in Hz. */
const STEPS_HZ = [2, 3, 4, 5, 6, 8, 10] as const;
/** Share of one core that measuring may take until the page says: the narrowest. */
const START_BUDGET_SHARE = 0.1;
/** Of the budget for looking at frames; the rest is for what comes with them: reading those that are not looked at, the model, memory. */
const LOOKING_FACTOR = 0.9;
/** Up only when the next step would stay well inside the budget; down at once when it is exceeded. */
const UP_FACTOR = 0.8;
const UP_AFTER_MS = 5000;
const DOWN_AFTER_MS = 1000;
const SMOOTHING = 0.2;
const START_HZ = 5;
/** Where frames come further apart than this, a window has too few of them to be scored: six in five seconds. */
const WIDEST_USEFUL_MS = 5000 / 6;
const TOO_SLOW_AFTER_MS = 60_000;

/**
 * Chooses how many frames a second are looked at, 2 to 10, from what they are measured to cost; fewer than 2 where even
 * those would exceed the budget. Two thresholds and two waits keep it from flapping, and a limit that is lifted is climbed from
 * step by step; a frame that arrives early is dropped by `isDue`.
 */
export class RateControl {
  #step: number = STEPS_HZ.indexOf(START_HZ);
  #maxHz: number = STEPS_HZ[STEPS_HZ.length - 1] ?? START_HZ;
  #budgetShare = START_BUDGET_SHARE;
  #costMs: number | null = null;
  #lastChangeMs = Number.NEGATIVE_INFINITY;
  #nextDueMs = Number.NEGATIVE_INFINITY;
  /** How far apart frames come at least, for what they cost; 0 where the lowest rate keeps the budget. */
  #apartMs = 0;
  /** For how long on end no window could have been scored within the budget. */
  #tooSlowMs = 0;
  #lastFrameMs = Number.NEGATIVE_INFINITY;

  get hz(): number {
    return STEPS_HZ[this.#step] ?? START_HZ;
  }

  /** Sets rate and budget that must not be exceeded, the rate at least 2 Hz. What is too fast for them is slowed down at once. */
  limit({ maxHz, budgetShare }: MeasuringLimit, nowMs: number): void {
    if (maxHz === this.#maxHz && budgetShare === this.#budgetShare) return;
    // What was narrowed a moment ago may be so again: the way up waits anew.
    if (maxHz < this.#maxHz || budgetShare < this.#budgetShare) this.#lastChangeMs = nowMs;
    this.#maxHz = Math.max(STEPS_HZ[0], maxHz);
    this.#budgetShare = budgetShare;
    while (this.#step > 0 && !this.#allows(this.hz)) this.#move(-1, nowMs);
    this.#keepApart(this.#costMs ?? 0);
  }

  /** Whether a frame that arrives now is looked at. Keeps the beat instead of drifting with the camera's own rate. */
  isDue(nowMs: number): boolean {
    const periodMs = this.#periodMs();
    // A camera's frames jitter by a few milliseconds: one that is nearly due is due.
    if (nowMs < this.#nextDueMs - periodMs * 0.15) return false;
    this.#nextDueMs = !(nowMs - this.#nextDueMs <= periodMs) ? nowMs + periodMs : this.#nextDueMs + periodMs;
    return true;
  }

  /** How long until a frame would be due; 0 when it is. */
  msUntilDue(nowMs: number): number {
    return Math.max(0, this.#nextDueMs - nowMs);
  }

  /**
   * True once frames have cost so much for a minute on end that no window can be scored within the budget. Time in which none
   * was looked at, as of a hidden page, does not count.
   */
  isTooSlow(): boolean {
    return this.#tooSlowMs >= TOO_SLOW_AFTER_MS;
  }

  /** Records what one frame cost, which ended at `nowMs`, and moves the rate when it should. */
  record(costMs: number, nowMs: number): void {
    this.#costMs = this.#costMs === null ? costMs : this.#costMs + SMOOTHING * (costMs - this.#costMs);
    // One frame may be dear by chance, and what was dear may be cheap by now: both have to say so.
    const apartBeforeMs = this.#apartMs;
    this.#keepApart(Math.min(costMs, this.#costMs));
    if (this.#apartMs > 0) this.#nextDueMs = Math.max(this.#nextDueMs, nowMs - costMs + this.#apartMs);
    this.#countSlowTime(Math.min(apartBeforeMs, this.#apartMs), nowMs);
    const sinceChangeMs = nowMs - this.#lastChangeMs;
    const higher = STEPS_HZ[this.#step + 1];
    if (this.#step > 0 && !this.#allows(this.hz) && sinceChangeMs >= DOWN_AFTER_MS) {
      this.#move(-1, nowMs);
    } else if (higher !== undefined && this.#allows(higher, UP_FACTOR) && sinceChangeMs >= UP_AFTER_MS) {
      this.#move(1, nowMs);
    }
  }

  /** Whether this rate keeps limit and budget, or `share` of the budget. */
  #allows(hz: number, share = 1): boolean {
    return hz <= this.#maxHz && ((this.#costMs ?? 0) * hz) / 1000 <= this.#lookingShare * share;
  }

  #keepApart(costMs: number): void {
    const withinBudgetMs = costMs / this.#lookingShare;
    this.#apartMs = withinBudgetMs > 1000 / STEPS_HZ[0] ? withinBudgetMs : 0;
  }

  /** Both frames were too dear: the time between them counts, but for a gap that is far wider than their cost explains. */
  #countSlowTime(apartMs: number, nowMs: number): void {
    const gapMs = Math.min(nowMs - this.#lastFrameMs, 2 * apartMs);
    this.#tooSlowMs = apartMs > WIDEST_USEFUL_MS ? this.#tooSlowMs + gapMs : 0;
    this.#lastFrameMs = nowMs;
  }

  get #lookingShare(): number {
    return this.#budgetShare * LOOKING_FACTOR;
  }

  #periodMs(): number {
    return Math.max(1000 / this.hz, this.#apartMs);
  }

  #move(by: 1 | -1, nowMs: number): void {
    this.#step += by;
    this.#lastChangeMs = nowMs;
  }
}
