import type { WindowOutcome } from '@lectern/contracts';
import type { MadeDatagram } from './datagram-gate.ts';

/** How long a window that nobody acknowledged is worth sending again; the server counts none older than that. */
export const KEEP_MS = 120_000;
/**
 * How long an answer is waited for before a datagram is sent again; twice as long each time after that, so that two minutes of
 * them stay below the one a second that the server takes.
 */
const RESEND_AFTER_MS = 10_000;
/** How many are kept to be shown under "What leaves my device". */
export const SHOWN = 60;

/** One datagram as the student may see it: when it was made, its very bytes, and what became of it. */
export interface SentDatagram {
  readonly at: Date;
  readonly bytes: MadeDatagram;
  readonly window: number;
  /** What this device knows; of an abstention the bytes do not say why. */
  readonly outcome: WindowOutcome;
  readonly state: 'waiting' | 'stored' | 'not-counted';
}

/** All that has gone out of this page, repeats of what nobody answered included; and what it said, each window once. */
export interface SentTotals {
  readonly datagrams: number;
  readonly bytes: number;
  readonly scored: number;
  readonly unclear: number;
}

/**
 * The datagrams of this page: kept until the server says that they are on disk or came too late, for two minutes at
 * most. The first datagram of a window stands; a window never goes back from what the server said of it.
 */
export class DatagramOutbox {
  #datagrams: readonly SentDatagram[] = [];
  /** By window that waits, how often and when it was sent. */
  readonly #sends = new Map<number, { readonly times: number; readonly atMs: number }>();

  #totals: SentTotals = { datagrams: 0, bytes: 0, scored: 0, unclear: 0 };

  /** What has gone out so far. */
  get totals(): SentTotals {
    return this.#totals;
  }

  /** The last ones, oldest first. */
  get shown(): readonly SentDatagram[] {
    return this.#datagrams;
  }

  /** Takes a new datagram; false when its window has one already. */
  add(datagram: Omit<SentDatagram, 'state'>): boolean {
    if (this.#datagrams.some(({ window }) => window === datagram.window)) return false;
    this.#datagrams = [...this.#datagrams, { ...datagram, state: 'waiting' as const }].slice(-SHOWN);
    return true;
  }

  /** Notes that these went out. */
  noteSent(datagrams: readonly Pick<SentDatagram, 'window' | 'bytes' | 'outcome'>[], now: Date): void {
    for (const { window, bytes, outcome } of datagrams) {
      const isFirst = !this.#sends.has(window);
      const { totals } = this;
      this.#totals = {
        datagrams: totals.datagrams + 1,
        bytes: totals.bytes + bytes.byteLength,
        scored: totals.scored + (isFirst && outcome.kind === 'score' ? 1 : 0),
        unclear: totals.unclear + (isFirst && outcome.kind === 'abstain' ? 1 : 0),
      };
      this.#sends.set(window, { times: (this.#sends.get(window)?.times ?? 0) + 1, atMs: now.getTime() });
    }
  }

  /** What went out and should have been answered by now: the answer may be lost, or the server had no room. */
  unanswered(now: Date): readonly SentDatagram[] {
    return this.waiting(now).filter(({ window }) => {
      const sent = this.#sends.get(window);
      return sent !== undefined && now.getTime() - sent.atMs >= RESEND_AFTER_MS * 2 ** (sent.times - 1);
    });
  }

  /** What waits still: sent again, in order, whenever the channel opens. What has waited too long is given up first. */
  waiting(now: Date): readonly SentDatagram[] {
    this.expire(now);
    return this.#datagrams.filter(({ state }) => state === 'waiting');
  }

  /** The server's word on windows. */
  acknowledge(stored: readonly number[], notCounted: readonly number[]): void {
    const storedSet = new Set(stored);
    const notCountedSet = new Set(notCounted);
    this.#settle(({ window }) => {
      if (storedSet.has(window)) return 'stored';
      return notCountedSet.has(window) ? 'not-counted' : null;
    });
  }

  /** Gives up what has waited for more than two minutes. */
  expire(now: Date): void {
    this.#settle(({ at }) => (now.getTime() - at.getTime() > KEEP_MS ? 'not-counted' : null));
  }

  /** Gives up all that waits: the permission was taken back. */
  abandon(): void {
    this.#settle(() => 'not-counted');
  }

  #settle(verdict: (datagram: SentDatagram) => 'stored' | 'not-counted' | null): void {
    this.#datagrams = this.#datagrams.map((datagram) => {
      const state = datagram.state === 'waiting' ? verdict(datagram) : null;
      if (state === null) return datagram;
      this.#sends.delete(datagram.window);
      return { ...datagram, state };
    });
  }
}
