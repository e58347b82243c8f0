import { EventEmitter } from 'node:events';
import { parseDatagram, WINDOW_MS } from '@lectern/contracts';
import type { ClassId, ContributorId, Pacing, SeatId, SignalFigures } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { AnalyticsClient } from './analytics-client.ts';
import { Backlog, BATCH_ROWS } from './backlog.ts';
import type { WaitingScore } from './backlog.ts';
import { ContributorLimit } from './contributor-limit.ts';
import { LATE_LIMIT_MS, WindowCloser } from './window-closer.ts';

/** How far a device's clock may run ahead of ours: it abstains where its error may be 100 ms, and timers are not exact. */
const CLOCK_TOLERANCE_MS = 250;
const FLUSH_EVERY_MS = 250;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;
/** How long the end of a class waits for its last windows before they are closed in the background. */
const UNFOLLOW_WITHIN_MS = 3_000;

export interface FollowOptions {
  /** The class clock in ms. */
  readonly clock: () => number;
  /** True when the class had the signal on before this server started; else it is offered for the first time. */
  readonly resumed: boolean;
  /** Students in the class now. */
  readonly present: () => number;
  /** k. */
  readonly minimumCohort: number;
}

interface RelayEvents {
  /** What became of one device's datagrams: windows that are on disk, and windows that will not be counted. */
  acknowledged: [classId: ClassId, seatId: SeatId, stored: number[], notCounted: number[]];
  /** After each closed window, and when the figures fall behind. */
  pacing: [classId: ClassId, pacing: Pacing];
}

interface FollowedClass extends FollowOptions {
  readonly closer: WindowCloser;
  readonly limit: ContributorLimit;
}

interface SignalRelayOptions {
  readonly analytics: AnalyticsClient;
  readonly logger: Logger;
  /** A monotonic clock in ms, for rate limits and ages. */
  readonly now: () => number;
}

/** Why a datagram was dropped. */
type Drop = 'unknown class' | 'malformed' | 'too frequent' | 'in the future' | 'backlog full';

/** The relay between the classes and the analytics process; made with `createSignalRelay`. */
export class SignalRelay extends EventEmitter<RelayEvents> {
  readonly #analytics: AnalyticsClient;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #backlog = new Backlog();
  readonly #classes = new Map<ClassId, FollowedClass>();
  /** Of classes that have ended: they close the last windows in the background. */
  readonly #finishing = new Map<ClassId, WindowCloser>();
  readonly #drops = new Map<Drop, number>();
  #received = 0;
  #stored = 0;
  #flushTimer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #retryMs = FIRST_RETRY_MS;
  #lastError: string | null = null;
  #closed = false;

  constructor({ analytics, logger, now }: SignalRelayOptions) {
    super();
    this.#analytics = analytics;
    this.#logger = logger;
    this.#now = now;
  }

  /**
   * The signal of a live class is on: for the first time, and its windows begin with the running one, or again after a
   * restart, and the analytics process is asked where they go on as soon as it answers. Resolves at once.
   */
  follow(classId: ClassId, options: FollowOptions): Promise<void> {
    if (this.#closed || this.#classes.has(classId)) return Promise.resolve();
    const limit = new ContributorLimit(this.#now);
    const closer = new WindowCloser({
      classId,
      ...options,
      now: this.#now,
      heardFrom: () => limit.contributors,
      analytics: this.#analytics,
      logger: this.#logger,
      flush: () => this.#flushNow(),
      onPacing: (pacing) => this.emit('pacing', classId, pacing),
    });
    this.#classes.set(classId, { ...options, closer, limit });
    closer.start();
    return Promise.resolve();
  }

  /** One datagram as it came in. Anything malformed, out of range or too frequent is counted and dropped. */
  accept(classId: ClassId, contributorId: ContributorId, seatId: SeatId, bytes: Uint8Array): void {
    this.#received += 1;
    const drop = this.#take(classId, contributorId, seatId, bytes);
    if (drop !== null) this.#drops.set(drop, (this.#drops.get(drop) ?? 0) + 1);
  }

  /**
   * A permission was taken back (or with null, the class's signal switched off): scores that are not handed over yet are
   * dropped, and their devices told that they are not counted.
   */
  forget(classId: ClassId, seatId: SeatId | null): void {
    this.#acknowledge(this.#backlog.takeOf(classId, seatId), () => 'not-counted');
  }

  /** The class ended: hands over what is there and closes its last windows; goes on in the background when analytics is away. */
  async unfollow(classId: ClassId): Promise<void> {
    const followed = this.#classes.get(classId);
    if (followed === undefined) return;
    this.#classes.delete(classId);
    const { closer } = followed;
    this.#finishing.set(classId, closer);
    const finished = closer.finish().finally(() => this.#finishing.delete(classId));
    await within(finished, UNFOLLOW_WITHIN_MS);
  }

  /** The class is removed with its figures: nothing more of it is handed over, and no window of it is closed any more. */
  abandon(classId: ClassId): void {
    this.#classes.get(classId)?.closer.stop();
    this.#classes.delete(classId);
    this.#finishing.get(classId)?.stop();
    this.forget(classId, null);
  }

  /** The content of the pacing view now; never rejects: 'catching-up' with the last figures while analytics is away. */
  async pacing(classId: ClassId): Promise<Pacing> {
    const followed = this.#classes.get(classId);
    if (followed === undefined) throw new Error(`class ${classId} is not followed`);
    return followed.closer.pacing();
  }

  /** Scores on their way and why they wait, and what came of all since the start. */
  figures(): SignalFigures {
    const oldest = this.#backlog.oldestReceivedMs;
    return {
      waiting: this.#backlog.size,
      oldestMs: oldest === null ? null : Math.max(0, Math.round(this.#now() - oldest)),
      received: this.#received,
      stored: this.#stored,
      dropped: Object.fromEntries(this.#drops),
      failure: this.#lastError,
    };
  }

  /** Hands over what can be handed over at once, then stops; idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#backlog.size > 0)
      await within(
        this.#flushNow().catch(() => undefined),
        UNFOLLOW_WITHIN_MS,
      );
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
    for (const { closer } of this.#classes.values()) closer.stop();
    this.#classes.clear();
    for (const closer of this.#finishing.values()) closer.stop();
  }

  #take(classId: ClassId, contributorId: ContributorId, seatId: SeatId, bytes: Uint8Array): Drop | null {
    const followed = this.#classes.get(classId);
    if (followed === undefined) return 'unknown class';
    if (!followed.limit.allows(contributorId)) return 'too frequent';
    const datagram = parseDatagram(bytes);
    if (datagram === null) return 'malformed';
    const { window, outcome, modelTag } = datagram;
    const ageMs = followed.clock() - (window + 1) * WINDOW_MS;
    if (ageMs < -CLOCK_TOLERANCE_MS) return 'in the future';
    if (ageMs > LATE_LIMIT_MS) {
      this.emit('acknowledged', classId, seatId, [], [window]);
      return null;
    }
    const kept = this.#backlog.add({
      row: {
        classId,
        contributorId,
        window,
        score: outcome.kind === 'score' ? outcome.score : null,
        modelTag,
      },
      seatId,
      receivedMs: this.#now(),
      expiresAtMs: this.#now() + LATE_LIMIT_MS - ageMs,
    });
    if (!kept) return 'backlog full';
    this.#flushSoon(FLUSH_EVERY_MS);
    return null;
  }

  #flushSoon(delayMs: number): void {
    if (this.#flushTimer !== null || this.#closed) return;
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = null;
      // What went wrong is in the log and in figures(); the next try is planned.
      this.#flushNow().catch(() => undefined);
    }, delayMs);
  }

  /** Hands over everything that is there when it is called. One hand-over runs at a time, and rejections are shared. */
  #flushNow(): Promise<void> {
    const running = this.#flushing;
    if (running !== null) return running.then(() => (this.#backlog.size > 0 ? this.#flushNow() : undefined));
    const flushing = this.#flush().finally(() => {
      this.#flushing = null;
    });
    this.#flushing = flushing;
    return flushing;
  }

  async #flush(): Promise<void> {
    this.#acknowledge(this.#backlog.takeExpired(this.#now()), () => 'not-counted');
    try {
      for (let batch = this.#backlog.next(); batch.length > 0;) {
        const verdicts = await this.#analytics.ingest(batch.map((entry) => entry.row));
        if (this.#lastError !== null) this.#logger.info('scores reach analytics again');
        this.#lastError = null;
        this.#backlog.remove(batch);
        this.#stored += verdicts.filter((verdict) => verdict === 'stored').length;
        this.#acknowledge(batch, (index) => verdicts[index] ?? 'not-counted');
        batch = batch.length < BATCH_ROWS ? [] : this.#backlog.next();
      }
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    this.#lastError = null;
    this.#retryMs = FIRST_RETRY_MS;
  }

  #failed(error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    if (this.#lastError === null) this.#logger.warn({ cause }, 'scores wait: analytics is away');
    this.#lastError = cause;
    this.#flushSoon(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  /** Tells each seat once for all its windows in `entries`. */
  #acknowledge(entries: readonly WaitingScore[], verdictAt: (index: number) => 'stored' | 'not-counted'): void {
    const bySeat = new Map<SeatId, { classId: ClassId; stored: number[]; notCounted: number[] }>();
    for (const [index, { row, seatId }] of entries.entries()) {
      const told = bySeat.get(seatId) ?? { classId: row.classId, stored: [], notCounted: [] };
      bySeat.set(seatId, told);
      (verdictAt(index) === 'stored' ? told.stored : told.notCounted).push(row.window);
    }
    for (const [seatId, { classId, stored, notCounted }] of bySeat) {
      this.emit('acknowledged', classId, seatId, stored, notCounted);
    }
  }
}

/** A relay that follows no class yet. */
export function createSignalRelay(options: SignalRelayOptions): SignalRelay {
  return new SignalRelay(options);
}

/** Resolves with `work`, or after `limitMs` while it goes on. */
async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
