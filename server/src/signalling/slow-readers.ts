import type { Logger } from 'pino';
import type { Clock } from '../classroom/clock.ts';
import type { UnreadLimits } from '../config/limits.ts';
import type { Connection, Outbox, Seated } from './connection.ts';

/** A connection has read enough to be shown where the class stands now when no more waits than this share of what made it slow. */
const DRAINED_SHARE = 1 / 16;
/** How often connections are looked at. */
export const LOOK_MS = 1_000;

interface Around {
  readonly seated: () => Iterable<Seated>;
  readonly outbox: Pick<Outbox, 'leave'>;
  /** Shows a page where the class stands now, and lets it hear what comes from then on. */
  readonly bring: (seated: Seated) => Promise<void>;
  /** So much unread says that a connection reads more slowly than the class speaks; one that has not drained for so long is broken off. */
  readonly limits: UnreadLimits;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
}

/**
 * Keeps what waits for a slow reader bounded: it hears nothing more of the class until it has read what it was sent, and is
 * then given a snapshot. What is meant for it alone, and the answers to what it asks, still go.
 */
export class SlowReaders {
  readonly #around: Around;
  /** Since when each has been slow, by the monotonic clock; null while its snapshot is being made. */
  readonly #slow = new WeakMap<Connection, number | null>();

  readonly #timer: NodeJS.Timeout;

  constructor(around: Around) {
    this.#around = around;
    this.#timer = setInterval(() => {
      this.look();
    }, LOOK_MS).unref();
  }

  /** May be called twice. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** Looks at every connection, as happens every second. */
  look(): void {
    const nowMs = this.#around.clock.monotonicMs();
    for (const seated of this.#around.seated()) this.#lookAt(seated, nowMs);
  }

  #lookAt(seated: Seated, nowMs: number): void {
    const { connection } = seated;
    const { limits } = this.#around;
    const sinceMs = this.#slow.get(connection);
    if (sinceMs === null) return;
    const { unsentBytes } = connection;
    if (sinceMs === undefined) {
      if (unsentBytes <= limits.bytes) return;
      this.#around.outbox.leave(connection);
      this.#slow.set(connection, nowMs);
    } else if (unsentBytes <= limits.bytes * DRAINED_SHARE) {
      void this.#bring(seated);
    } else if (nowMs - sinceMs >= limits.withinMs) {
      this.#around.logger.info({ seatId: seated.person.seatId }, 'a connection that reads too slowly was broken off');
      connection.breakOff();
    }
  }

  async #bring(seated: Seated): Promise<void> {
    const { connection } = seated;
    this.#slow.set(connection, null);
    try {
      await this.#around.bring(seated);
    } catch (error) {
      this.#around.logger.error({ err: error }, 'a slow reader could not be shown the class');
      connection.breakOff();
    }
    this.#slow.delete(connection);
  }
}
