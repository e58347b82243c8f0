import { LecternError } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import type { Clock } from '../classroom/clock.ts';
import type { SeatsPresent } from '../classroom/seats-present.ts';
import type { SeatRecord } from '../courses/seats.ts';
import { ExpiringKeys } from '../expiring-keys.ts';
import { KEPT_MS } from './admission-queue.ts';

/** Those who come back after a restart of the server. */
export interface Returning {
  /** Students who were ever inside. */
  readonly students: number;
  /** So long the others wait for them. */
  readonly withinMs: number;
}

interface ClassPlacesOptions {
  readonly limit: number;
  readonly seats: Pick<SeatsPresent, 'all' | 'get' | 'studentPlaces'>;
  readonly clock: Clock;
  /** True while somebody waits at the door with this seat, or the place in the queue is kept for them. */
  readonly keepsTurn: (seatId: SeatId) => boolean;
  /** Null: the class was not live when the server started. */
  readonly returning: Returning | null;
}

/** Nobody leaves a full class from one second to the next. */
const FULL_RETRY_MS = 10_000;

/**
 * The students' places in one class. Whoever is inside, was until a moment ago, or is on the way in has one, and whoever was lost while they waited
 * as long as their place in the queue is kept; there are never more than the limit. After a restart nobody knows who was inside: who never was then gets no place that one of the others may come back to.
 */
export class ClassPlaces {
  readonly #options: ClassPlacesOptions;
  /** Those on the way in, and over how many connections. */
  readonly #coming = new Map<SeatId, number>();
  /** Those who were lost while they waited. */
  readonly #lost: ExpiringKeys<SeatId>;
  /** Students who were inside before the restart and have come back, or have a place that is kept by name. */
  readonly #returned: Set<SeatId>;
  /** Students who came in for the first time while others were waited for: when they connect again they are on record too. */
  readonly #newcomers = new Set<SeatId>();
  readonly #returnUntilMs: number;

  constructor(options: ClassPlacesOptions) {
    this.#options = options;
    const { seats, clock, returning } = options;
    this.#lost = new ExpiringKeys(KEPT_MS, () => clock.monotonicMs());
    this.#returnUntilMs = clock.monotonicMs() + (returning?.withinMs ?? 0);
    // Hands and the stage are on record: their places are kept by name. Staff take none.
    const students = [...seats.all()].filter(({ person }) => person.role === 'student');
    this.#returned = new Set(students.map(({ person }) => person.seatId));
  }

  /** Places that are taken now. */
  get taken(): number {
    const { seats } = this.#options;
    return (
      seats.studentPlaces + [...this.#coming.keys(), ...this.#lost.keys()].filter((seatId) => !seats.get(seatId)).length
    );
  }

  /** Takes a student's own place, or a free one, until `giveBack`. Throws `class-full`, with the time to wait. */
  take({ seatId, wasInside }: Pick<SeatRecord, 'seatId' | 'wasInside'>): void {
    const comesBack = wasInside && !this.#newcomers.has(seatId);
    const expected = this.#expected();
    if (!this.#has(seatId) && this.#isFull(comesBack ? 0 : expected)) {
      throw new LecternError('class-full', { retryAfterMs: FULL_RETRY_MS });
    }
    this.#lost.forget(seatId);
    this.#coming.set(seatId, (this.#coming.get(seatId) ?? 0) + 1);
    if (expected > 0) (comesBack ? this.#returned : this.#newcomers).add(seatId);
  }

  /** This student is seated, or does not come. */
  giveBack(seatId: SeatId): void {
    const left = (this.#coming.get(seatId) ?? 1) - 1;
    if (left > 0) {
      this.#coming.set(seatId, left);
      return;
    }
    this.#coming.delete(seatId);
    if (this.#options.keepsTurn(seatId)) this.#lost.note(seatId);
  }

  #has(seatId: SeatId): boolean {
    return (
      this.#coming.has(seatId) || this.#lost.leftMs(seatId) !== null || this.#options.seats.get(seatId) !== undefined
    );
  }

  /** True when no place is free beside so many that are kept. */
  #isFull(kept: number): boolean {
    const { limit, seats } = this.#options;
    // Of those on the way some are inside with another page: they are told apart near the limit alone.
    if (seats.studentPlaces + this.#coming.size + this.#lost.keys().length + kept < limit) return false;
    return this.taken + kept >= limit;
  }

  /** Students who may still come back after the restart. */
  #expected(): number {
    const { returning, clock } = this.#options;
    if (returning === null || clock.monotonicMs() >= this.#returnUntilMs) return 0;
    return Math.max(0, returning.students - this.#returned.size);
  }
}
