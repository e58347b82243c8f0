import type { Logger } from 'pino';
import type { Clock } from '../classroom/clock.ts';
import type { Connection, Outbox, Seated } from './connection.ts';

/** A connection that has not taken so much of what was sent reads more slowly than the class speaks. */
export const MOST_UNSENT_BYTES = 256 * 1024;
/** It has read enough to be shown where the class stands now. */
const DRAINED_BYTES = 16 * 1024;
/** One that has not drained for so long is broken off: its page comes back over a new connection. */
const DRAINS_WITHIN_MS = 30_000;
/** How often connections are looked at. */
export const LOOK_MS = 1_000;

interface Around {
  readonly seated: () => Iterable<Seated>;
  readonly outbox: Pick<Outbox, 'leave'>;
  /** Shows a page where the class stands now, and lets it hear what comes from then on. */
  readonly bring: (seated: Seated) => Promise<void>;
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
    const sinceMs = this.#slow.get(connection);
    if (sinceMs === null) return;
    const { unsentBytes } = connection;
    if (sinceMs === undefined) {
      if (unsentBytes <= MOST_UNSENT_BYTES) return;
      this.#around.outbox.leave(connection);
      this.#slow.set(connection, nowMs);
    } else if (unsentBytes <= DRAINED_BYTES) {
      void this.#bring(seated);
    } else if (nowMs - sinceMs >= DRAINS_WITHIN_MS) {
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
