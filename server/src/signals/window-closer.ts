import { WINDOW_MS } from '@lectern/contracts';
import type { ClassId, Pacing } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { AnalyticsClient } from './analytics-client.ts';
import { emptyPacing } from './empty-pacing.ts';

/** A score for a window that ended longer ago is not counted, and a window that ended longer ago is not closed any more. */
export const LATE_LIMIT_MS = 120_000;
/** A window is closed so long after its end: time for the scores to arrive. */
const CLOSE_AFTER_MS = 700;
/** After a restart of the server people get so long at least to come back and send again before windows are closed. */
const RESUME_AFTER_MS = 10_000;
/** As long as fewer have sent again than contributed before, windows wait up to this. */
const RESUME_BY_MS = 45_000;
const LOOK_AGAIN_MS = 500;
/** A process that comes to its work so late stood still, and has not read yet what came meanwhile. */
const STOOD_STILL_MS = 300;
/** It reads that within this. */
const READS_WITHIN_MS = 300;
/** Figures that are overdue by more than this are said to be catching up. */
const BEHIND_AFTER_MS = 2_500;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

interface WindowCloserOptions {
  readonly classId: ClassId;
  /** The class clock in ms; it stands still once the class has ended. */
  readonly clock: () => number;
  /** A monotonic clock in ms that goes on. */
  readonly now: () => number;
  /** True when the class ran before this process came up: its windows go on where they stopped, else with the running one. */
  readonly resumed: boolean;
  /** Students in the class now. */
  readonly present: () => number;
  /** Contributors who have sent anything since this process follows the class. */
  readonly heardFrom: () => number;
  readonly minimumCohort: number;
  readonly analytics: AnalyticsClient;
  readonly logger: Logger;
  /** Hands over every score that has come in so far. */
  readonly flush: () => Promise<void>;
  readonly onPacing: (pacing: Pacing) => void;
}

/**
 * Closes the windows of one class in order, off the class clock, each once its scores are handed over. One that ended more
 * than two minutes ago is passed over: it would show an outage of ours, not the class.
 */
export class WindowCloser {
  readonly #options: WindowCloserOptions;
  /** The next window to close; null until the analytics process has said which was the last. */
  #next: number | null = null;
  /** Students present by window that has ended and is not closed. */
  readonly #present = new Map<number, number>();
  #notedUpTo: number | null = null;
  /** When this process took up a class that ran already, on the class clock; null once people had time to come back. */
  #resumedAtMs: number | null = null;
  #last: Pacing | null = null;
  #saidBehind = false;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | null = null;
  #running = false;
  #stopped = false;
  /** Set when the class has ended: both clocks then. */
  #ended: { readonly clockMs: number; readonly nowMs: number } | null = null;
  #liveRowsDropped = false;
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(options: WindowCloserOptions) {
    this.#options = options;
  }

  /** Begins to close windows. */
  start(): void {
    const { clock, resumed } = this.#options;
    if (resumed) this.#resumedAtMs = clock();
    else this.#next = Math.floor(clock() / WINDOW_MS);
    this.#plan(0);
  }

  /**
   * The class ended: closes what has ended without waiting, then has the live rows of the class dropped. Resolves when that
   * is done, or given up after two minutes.
   */
  finish(): Promise<void> {
    const { clock, now } = this.#options;
    this.#ended = { clockMs: clock(), nowMs: now() };
    this.#noteUpTo(Math.floor(this.#ended.clockMs / WINDOW_MS));
    this.#plan(0);
    return this.#finished.promise;
  }

  /** Stops where it is; idempotent. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#finished.resolve();
  }

  /** The pacing view's content now; never rejects. */
  async pacing(): Promise<Pacing> {
    const { analytics, classId, minimumCohort } = this.#options;
    try {
      this.#last ??= await analytics.pacing(classId, minimumCohort);
    } catch {
      return this.#catchingUp();
    }
    return this.#isBehind() ? this.#catchingUp() : this.#last;
  }

  /** `mayWait`: whether a process that comes late to it may first read what came, which is not done twice. */
  #plan(delayMs: number, mayWait = true): void {
    if (this.#stopped || this.#running) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const { now } = this.#options;
    const dueMs = now() + delayMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (mayWait && now() - dueMs > STOOD_STILL_MS) this.#plan(READS_WITHIN_MS, false);
      else void this.#run();
    }, delayMs);
  }

  async #run(): Promise<void> {
    this.#running = true;
    let delayMs: number;
    try {
      delayMs = await this.#closeDue();
      if (this.#saidBehind) this.#options.logger.info({ classId: this.#options.classId }, 'figures have caught up');
      this.#saidBehind = false;
      this.#retryMs = FIRST_RETRY_MS;
    } catch (error) {
      this.#sayBehind(error);
      delayMs = this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    }
    this.#running = false;
    if (this.#isOver()) this.stop();
    else this.#plan(delayMs);
  }

  /** Closes every window that is due and gives the time until the next one is. */
  async #closeDue(): Promise<number> {
    const { analytics, classId, flush } = this.#options;
    this.#noteUpTo(Math.floor(this.#dueByMs() / WINDOW_MS));
    this.#next ??= ((await analytics.newestClosed(classId)) ?? -1) + 1;
    if (await this.#waitsForPeople()) return LOOK_AGAIN_MS;
    while (this.#dueMs(this.#nextInTime()) <= this.#dueByMs() && !this.#stopped) {
      await flush();
      // The hand-over may have taken until a window was too late.
      await this.#close(this.#nextInTime());
    }
    if (this.#ended !== null && !this.#stopped) {
      await analytics.dropLiveRows(classId);
      this.#liveRowsDropped = true;
    }
    return Math.max(0, this.#dueMs(this.#nextInTime()) - this.#dueByMs());
  }

  async #close(window: number): Promise<void> {
    const { analytics, classId, minimumCohort } = this.#options;
    const present = this.#present.get(window) ?? this.#options.present();
    const { pacing } = await analytics.closeWindow({ classId, window, present, minimumCohort });
    this.#present.delete(window);
    this.#last = pacing;
    this.#next = window + 1;
    const dueByMs = this.#dueByMs();
    this.#noteUpTo(Math.floor(dueByMs / WINDOW_MS));
    if (this.#dueMs(this.#next) > dueByMs) this.#options.onPacing(pacing);
  }

  /** The next window to close; what has become too late meanwhile is passed over. */
  #nextInTime(): number {
    const oldest = Math.ceil((this.#clockMs() - LATE_LIMIT_MS) / WINDOW_MS) - 1;
    this.#next = Math.max(this.#next ?? 0, oldest);
    return this.#next;
  }

  /** True as long as people may still be on their way back after a restart, with the windows that they keep. */
  async #waitsForPeople(): Promise<boolean> {
    if (this.#resumedAtMs === null || this.#ended !== null) return false;
    const sinceMs = this.#options.clock() - this.#resumedAtMs;
    if (sinceMs < RESUME_AFTER_MS) return true;
    const { analytics, classId, minimumCohort, heardFrom } = this.#options;
    this.#last ??= await analytics.pacing(classId, minimumCohort);
    const before = this.#last.coverage.at(-1);
    if (sinceMs < RESUME_BY_MS && heardFrom() < (before?.measured ?? 0) + (before?.unclear ?? 0)) return true;
    this.#resumedAtMs = null;
    return false;
  }

  /** When a window may be closed, on the class clock. */
  #dueMs(window: number): number {
    return endMs(window) + (this.#ended === null ? CLOSE_AFTER_MS : 0);
  }

  /** Up to where windows are due, on the class clock: of a class that has ended, to its end. */
  #dueByMs(): number {
    return this.#ended?.clockMs ?? this.#options.clock();
  }

  /** The class clock as if the class had not ended. */
  #clockMs(): number {
    return this.#ended === null ? this.#options.clock() : this.#ended.clockMs + this.#options.now() - this.#ended.nowMs;
  }

  /** The class has ended, and what is left to do for it is done or given up. */
  #isOver(): boolean {
    if (this.#ended === null) return false;
    return this.#liveRowsDropped || this.#clockMs() - this.#ended.clockMs > LATE_LIMIT_MS;
  }

  #isBehind(): boolean {
    const clockMs = this.#options.clock();
    return this.#next === null ? clockMs > BEHIND_AFTER_MS : clockMs - this.#dueMs(this.#next) > BEHIND_AFTER_MS;
  }

  /** Notes who is present for every window that has ended since. */
  #noteUpTo(window: number): void {
    const present = this.#options.present();
    // Of windows before this process came up nobody knows; they are given who is there when they are closed.
    for (let ended = this.#notedUpTo ?? window; ended < window; ended += 1) this.#present.set(ended, present);
    this.#notedUpTo = window;
    for (const noted of this.#present.keys()) {
      if (noted < window - LATE_LIMIT_MS / WINDOW_MS - 1) this.#present.delete(noted);
    }
  }

  #sayBehind(error: unknown): void {
    if (this.#saidBehind || !this.#isBehind()) return;
    this.#saidBehind = true;
    // As at each start into a running class, until analytics is up: the cause in words, without where in our code.
    const cause = error instanceof Error ? error.message : String(error);
    this.#options.logger.warn({ cause, classId: this.#options.classId }, 'figures fall behind');
    if (this.#ended === null) this.#options.onPacing(this.#catchingUp());
  }

  #catchingUp(): Pacing {
    const { minimumCohort } = this.#options;
    return { ...emptyPacing('catching-up', minimumCohort), ...this.#last, state: 'catching-up' };
  }
}

function endMs(window: number): number {
  return (window + 1) * WINDOW_MS;
}
