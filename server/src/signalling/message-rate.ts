import { LecternError } from '@lectern/contracts';
import type { ClientMessageType, SeatId } from '@lectern/contracts';
import type { Clock } from '../classroom/clock.ts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import type { SignallingLimits } from '../config/limits.ts';

interface Limit {
  /** How many at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** What each kind of bucket gets back in a second, of how many there are at once. */
const REFILL = {
  ...{ arrivals: 1 / 10, messages: 1 / 4, refusals: 1 / 10, bytes: 1 / 8 },
  ...{ transports: 1 / 24, producers: 1 / 24, chatLines: 1 / 20 },
};
const limitOf = (kind: keyof typeof REFILL, limits: SignallingLimits): Limit => ({
  burst: limits[kind],
  perSecond: limits[kind] * REFILL[kind],
});

/** What costs more than an answer from memory has a limit of its own; docs/protocol.md has the same table. */
const OWN: Partial<Record<ClientMessageType, Limit>> = {
  'send-chat': { burst: 5, perSecond: 0.5 },
  react: { burst: 8, perSecond: 2 },
  'raise-hand': { burst: 5, perSecond: 0.5 },
  'restart-ice': { burst: 12, perSecond: 0.5 },
  receive: { burst: 8, perSecond: 0.5 },
  'produce-signal': { burst: 6, perSecond: 0.2 },
  'set-permission': { burst: 6, perSecond: 0.2 },
  'page-chat': { burst: 10, perSecond: 2 },
  'page-roster': { burst: 20, perSecond: 5 },
  'link-stats': { burst: 5, perSecond: 1 },
};
/** What makes media is set by itself. */
const SET: Partial<Record<ClientMessageType, 'transports' | 'producers'>> = {
  'open-transport': 'transports',
  produce: 'producers',
};
/** Where a class writes more than it may, nobody is asked to try again sooner: thousands would. */
const CHAT_AGAIN_AFTER_MS = 2_000;
/** After so long without a message every bucket is full again. */
const RESTED_AFTER_MS = 60_000;
class Bucket {
  readonly #limit: Limit;
  #tokens: number;
  #filledMs: number;

  constructor(limit: Limit, nowMs: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledMs = nowMs;
  }

  /** Milliseconds to wait; 0 when so many were taken. */
  take(nowMs: number, count = 1): number {
    const waitMs = this.waitMs(nowMs, count);
    if (waitMs === 0) this.#tokens -= count;
    return waitMs;
  }

  /** Milliseconds until so many can be taken. */
  waitMs(nowMs: number, count = 1): number {
    const { burst, perSecond } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledMs) / 1000) * perSecond);
    this.#filledMs = nowMs;
    return this.#tokens >= count ? 0 : Math.ceil(((count - this.#tokens) / perSecond) * 1000);
  }
}

/** How many bytes one connection may send, whatever is in them. */
export class ByteRate {
  readonly #clock: Clock;
  readonly #bytes: Bucket;

  constructor(clock: Clock, limits = DEFAULT_LIMITS.signallingLimits) {
    this.#clock = clock;
    this.#bytes = new Bucket(limitOf('bytes', limits), clock.monotonicMs());
  }

  /** Counts what came in; false when it is more than any page sends, and the connection is to be ended. */
  take(bytes: number): boolean {
    return this.#bytes.take(this.#clock.monotonicMs(), bytes) === 0;
  }
}

/** How often one seat may connect and speak: token buckets, one for all messages and one for each costly kind. */
export class MessageRate {
  readonly #clock: Clock;
  readonly #all: Bucket;
  readonly #own = new Map<ClientMessageType, Bucket>();
  readonly #limits: SignallingLimits;
  readonly #arrivals: Bucket;
  readonly #refusals: Bucket;
  #usedMs: number;

  constructor(clock: Clock, limits = DEFAULT_LIMITS.signallingLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#usedMs = clock.monotonicMs();
    this.#all = new Bucket(limitOf('messages', limits), this.#usedMs);
    this.#arrivals = new Bucket(limitOf('arrivals', limits), this.#usedMs);
    this.#refusals = new Bucket(limitOf('refusals', limits), this.#usedMs);
  }

  /** True when nothing was sent for so long that a new rate would allow no more. */
  get rested(): boolean {
    return this.#clock.monotonicMs() - this.#usedMs >= RESTED_AFTER_MS;
  }

  /** True while the connection should be ended for flooding. */
  get flooding(): boolean {
    return this.#refusals.waitMs(this.#clock.monotonicMs()) > 0;
  }

  /** Counts a new connection; throws `too-many` with the time to wait. */
  takeArrival(): void {
    this.#usedMs = this.#clock.monotonicMs();
    const waitMs = this.#arrivals.take(this.#usedMs);
    if (waitMs > 0) throw new LecternError('too-many', { retryAfterMs: waitMs });
  }

  /** Counts any message; throws `too-many` with the time to wait. */
  takeAny(): void {
    this.#take(this.#all);
  }

  /** Counts a message of this type; throws `too-many` with the time to wait. */
  takeOf(type: ClientMessageType): void {
    const limit = this.#limitOf(type);
    if (!limit) return;
    const bucket = this.#own.get(type) ?? new Bucket(limit, this.#clock.monotonicMs());
    this.#own.set(type, bucket);
    this.#take(bucket);
  }

  #limitOf(type: ClientMessageType): Limit | null {
    const set = SET[type];
    if (set) return limitOf(set, this.#limits);
    const own = OWN[type];
    if (!own) return null;
    const share = this.#limits.costlyPercent / 100;
    return { burst: Math.max(1, own.burst * share), perSecond: own.perSecond * share };
  }

  #take(bucket: Bucket): void {
    this.#usedMs = this.#clock.monotonicMs();
    const waitMs = bucket.take(this.#usedMs);
    if (waitMs === 0) return;
    this.#refusals.take(this.#usedMs);
    throw new LecternError('too-many', { retryAfterMs: waitMs });
  }
}

/** The rates of a class by seat: whoever connects anew goes on with what is left; and what all its students may write together. */
export class SeatRates {
  readonly #clock: Clock;
  readonly #limits: SignallingLimits;
  readonly #rates = new Map<SeatId, MessageRate>();
  readonly #chatLines: Bucket;

  constructor(clock: Clock, limits = DEFAULT_LIMITS.signallingLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#chatLines = new Bucket(limitOf('chatLines', limits), clock.monotonicMs());
  }

  /**
   * Counts a line that a student writes to the class; throws `chat-crowded` with the time to wait. Each line is a row: many seats together, each within its own
   * rate, write no more of them than this.
   */
  takeChatLine(): void {
    const waitMs = this.#chatLines.take(this.#clock.monotonicMs());
    if (waitMs > 0) throw new LecternError('chat-crowded', { retryAfterMs: Math.max(waitMs, CHAT_AGAIN_AFTER_MS) });
  }

  of(seatId: SeatId): MessageRate {
    const rate = this.#rates.get(seatId) ?? new MessageRate(this.#clock, this.#limits);
    this.#rates.set(seatId, rate);
    return rate;
  }

  /** Drops what a new rate would not differ from; to be called now and then. */
  forgetRested(): void {
    for (const [seatId, rate] of this.#rates) if (rate.rested) this.#rates.delete(seatId);
  }
}
