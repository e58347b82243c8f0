import { WINDOW_MS, type WindowOutcome } from '@lectern/contracts';

const MINUTE_MS = 60_000;
/** What is looked back on. */
const SPAN_MS = 4 * MINUTE_MS;
/** So many windows of the span must have a score: below that nobody can say how the minutes were. */
const FEWEST_SCORED = 24;
/** A window below this counts as quiet. */
const LOW_SCORE = 0.4;
/** Minutes are quiet from this share of quiet windows on, and over only at or below the lower one. */
const QUIET_FROM = 0.6;
const QUIET_UNTIL = 0.4;
/** Neither so soon after the class or the measuring began, nor so soon after the last one. */
const SETTLING_MS = 5 * MINUTE_MS;
const APART_MS = 10 * MINUTE_MS;

interface NotedWindow {
  readonly windowIndex: number;
  readonly outcome: WindowOutcome;
}

/**
 * Whether somebody is to be reminded now, by the windows of their own device alone: once for each stretch of quiet minutes, and at most
 * once in ten minutes. Time is the class clock's, by the windows. Does no I/O and keeps nothing.
 */
export class QuietMinutes {
  #scores: { readonly atMs: number; readonly score: number }[] = [];
  #beganMs: number | null = null;
  #lastMs: number | null = null;
  #notBeforeMs = -Infinity;
  #isQuiet = false;
  /** The quiet minutes were spoken of already. */
  #isTold = false;

  /** Takes the next window; true: remind now. `welcome` is false while a reminder would be out of place. */
  note({ windowIndex, outcome }: NotedWindow, welcome: boolean): boolean {
    const atMs = (windowIndex + 1) * WINDOW_MS;
    this.#beganMs ??= atMs - WINDOW_MS;
    this.#lastMs = atMs;
    if (outcome.kind === 'score') this.#scores.push({ atMs, score: outcome.score });
    this.#scores = this.#scores.filter((scored) => atMs - scored.atMs < SPAN_MS);
    this.#look();
    const isSettled = atMs >= SETTLING_MS && atMs - this.#beganMs >= SETTLING_MS;
    if (!this.#isQuiet || this.#isTold || !welcome || !isSettled || atMs < this.#notBeforeMs) return false;
    this.#isTold = true;
    this.#notBeforeMs = atMs + APART_MS;
    return true;
  }

  /** No reminder for so long, beginning with the last window; never shortens what stands. */
  snooze(forMs: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, (this.#lastMs ?? 0) + forMs);
  }

  /** Measuring begins anew: what was before is forgotten, but not when the last reminder was. */
  restart(): void {
    this.#scores = [];
    this.#beganMs = null;
    this.#isQuiet = false;
    this.#isTold = false;
  }

  #look(): void {
    if (this.#scores.length < FEWEST_SCORED) return;
    const share = this.#scores.filter(({ score }) => score < LOW_SCORE).length / this.#scores.length;
    if (share >= QUIET_FROM) this.#isQuiet = true;
    else if (share <= QUIET_UNTIL) this.#isQuiet = this.#isTold = false;
  }
}
