import { isProcessRunning } from '@lectern/testbed';
import { metricValue } from './exposition.ts';
import { bucketsOf, quantileBetween, totalOf, type Buckets } from './metric-histogram.ts';
import { PartMeter, totalsHere, totalsTold, type PartLoads } from './process-load.ts';

/** One look at the server's side, as scenarios/rehearsal/control.ts reads it; what cannot be read is null. */
export interface ServerReading extends StateReading {
  readonly parts: PartLoads;
  /** Whether /metrics answered; null while the server is away because it was killed on purpose. */
  readonly isTold: boolean | null;
  /** Since when the server has not answered, as HH:MM:SS, once that is long enough to end the run; else null. */
  readonly goneSince: string | null;
  /** Of the last five seconds. */
  readonly eventLoopP99Ms: number | null;
  readonly shedding: number | null;
  readonly doorWaiting: number | null;
}

/** What was read since the class came into its state. */
export interface StateReading {
  readonly eventLoopP99OfStateMs: number | null;
  /** The most classes at a time in which something was left out. */
  readonly sheddingOfState: number | null;
}

/** One look: whether it was answered or need not be, at which process here, and when. */
interface Look {
  readonly isExcused: boolean;
  readonly pid: number | null;
  readonly lookedAtMs: number;
}

const SCRAPE_TIMEOUT_MS = 2_000;
/** A server that is busy answers within this; one that was killed on purpose is not waited for. */
const GONE_AFTER_MS = 20_000;
/** A machine that was asleep meanwhile looked once. */
const FEWEST_LOOKS = 3;
/** Only says that the server lives: it is given longer than its figures. */
const ALIVE_TIMEOUT_MS = 10_000;
/** A proxy says these where the server behind it does not answer. */
const OF_A_PROXY = [502, 503, 504];
const LOOP_DELAY = 'lectern_event_loop_delay';
const UNREAD: StateReading = { eventLoopP99OfStateMs: null, sheddingOfState: null };

/** Reads what a server takes and says: its processes where it runs here, else from its /metrics, and what it says there. */
export class ServerSide {
  readonly #origin: string;
  readonly #pid: (() => number | null) | null;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #parts = new PartMeter();
  readonly #course = new StateCourse();
  /** The looks without an answer since the last that was answered, and the first of them, in milliseconds of the wall clock. */
  #silence: { readonly sinceMs: number; readonly looks: number } | null = null;
  #goneSinceMs: number | null = null;

  /** `pid` gives the server's process, null while it is away because it was killed; it is null itself for a server that runs elsewhere. */
  constructor(origin: string, pid: (() => number | null) | null, metricsToken: string | undefined) {
    this.#origin = origin;
    this.#pid = pid;
    this.#headers = metricsToken === undefined ? {} : { authorization: `Bearer ${metricsToken}` };
  }

  /** What was read since the class came into the state that it is in. */
  get ofState(): StateReading {
    return this.#course.reading;
  }

  /**
   * Since when the server has not answered, in milliseconds of the wall clock, where nobody killed it on purpose: its process here has ended, or it answered
   * neither twenty seconds of looks nor whether it lives. Null where that never was.
   */
  get goneSinceMs(): number | null {
    return this.#goneSinceMs;
  }

  /** `state`: how far the class is, as the scenario told. */
  async read(state: string): Promise<ServerReading> {
    const pid = this.#pid === null ? null : this.#pid();
    const lookedAtMs = Date.now();
    const answered = await this.#scrape();
    // It may have been killed on purpose while it was asked.
    const isAsBefore = this.#pid === null || (pid !== null && this.#pid() === pid);
    await this.#noteSilence({ isExcused: answered !== null || !isAsBefore, pid, lookedAtMs });
    const metrics = answered ?? '';
    const totals = this.#pid === null ? totalsTold(metrics) : pid === null ? [] : await totalsHere(pid);
    const parts = totals.length === 0 ? {} : this.#parts.look(totals, performance.now());
    const eventLoopP99S = metricValue(metrics, `${LOOP_DELAY}_p99_seconds`);
    const shedding = metricValue(metrics, 'lectern_classes_shedding');
    this.#course.take(state, bucketsOf(metrics, `${LOOP_DELAY}_seconds`), shedding);
    return {
      ...{ parts, shedding, ...this.ofState },
      isTold: this.#pid !== null && pid === null ? null : metrics !== '',
      goneSince: this.#goneSinceMs === null ? null : clockTime(this.#goneSinceMs),
      eventLoopP99Ms: eventLoopP99S === null ? null : eventLoopP99S * 1000,
      doorWaiting: metricValue(metrics, 'lectern_door_waiting'),
    };
  }

  /** What /metrics answers; empty where it does not. */
  async metrics(): Promise<string> {
    return (await this.#scrape()) ?? '';
  }

  async #noteSilence({ isExcused, pid, lookedAtMs }: Look): Promise<void> {
    if (isExcused) {
      this.#silence = null;
      return;
    }
    const { sinceMs, looks } = this.#silence ?? { sinceMs: lookedAtMs, looks: 0 };
    this.#silence = { sinceMs, looks: looks + 1 };
    const isLong = Date.now() - sinceMs >= GONE_AFTER_MS && looks + 1 >= FEWEST_LOOKS;
    if (pid === null || isProcessRunning(pid)) {
      if (!isLong) return;
      if (await this.#isAlive()) {
        this.#silence = { sinceMs: Date.now(), looks: 0 };
        return;
      }
    }
    this.#goneSinceMs ??= sinceMs;
  }

  /** Whether it answers anything at all: one that is late to tell its figures is there. */
  async #isAlive(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#origin}/healthz`, { signal: AbortSignal.timeout(ALIVE_TIMEOUT_MS) });
      await answer.body?.cancel();
      return !OF_A_PROXY.includes(answer.status);
    } catch {
      return false;
    }
  }

  /** Empty where the server answers and does not tell them; null where it does not answer. */
  async #scrape(): Promise<string | null> {
    try {
      const signal = AbortSignal.timeout(SCRAPE_TIMEOUT_MS);
      const answer = await fetch(`${this.#origin}/metrics`, { headers: this.#headers, signal });
      if (answer.ok) return await answer.text();
      await answer.body?.cancel();
      return OF_A_PROXY.includes(answer.status) ? null : '';
    } catch {
      return null;
    }
  }
}

/** HH:MM:SS where this runs. */
export function clockTime(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 'HH:MM:SS'.length);
}

/** What is read of one state of the class after the other. */
class StateCourse {
  #state: string | null = null;
  /** Of the event loop, as it was when the state began; null until it was read. */
  #before: Buckets | null = null;
  #lastTotal = 0;
  reading = UNREAD;

  take(state: string, delays: Buckets, shedding: number | null): void {
    if (state !== this.#state) [this.#state, this.#before, this.reading] = [state, null, UNREAD];
    const most = this.reading.sheddingOfState;
    if (shedding !== null) this.reading = { ...this.reading, sheddingOfState: Math.max(shedding, most ?? 0) };
    if (delays.length === 0) return;
    // A server that began anew counts from zero.
    if (totalOf(delays) < this.#lastTotal) this.#before = [];
    this.#lastTotal = totalOf(delays);
    this.#before ??= delays;
    const p99S = quantileBetween(this.#before, delays, 0.99);
    if (p99S !== null) this.reading = { ...this.reading, eventLoopP99OfStateMs: p99S * 1000 };
  }
}
