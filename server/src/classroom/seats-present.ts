import { EventEmitter } from 'node:events';
import type { ConnectionQuality, Person, SeatId } from '@lectern/contracts';
import type { Clock } from './clock.ts';

export interface SeatPresent {
  readonly person: Person;
  readonly connected: boolean;
}

/** A page reports every 15 seconds: what is older than two reports is not true any more. */
const QUALITY_HOLDS_MS = 30_000;

/** What a page says of its link. */
interface LinkReport {
  readonly quality: ConnectionQuality;
  /** Share of packets that were lost shortly before, 0 to 1; null where too few came to tell. */
  readonly lossShare: number | null;
  readonly reportedMs: number;
}

interface Events {
  /** Somebody came, returned, was lost or left: the counts may have changed. */
  changed: [];
  left: [SeatId];
}

/**
 * Who is in the class. A seat whose connection was lost stays, not connected, until it is back or its time is over;
 * whoever owns the timers says which.
 */
export class SeatsPresent extends EventEmitter<Events> {
  readonly #clock: Clock;
  readonly #seats = new Map<SeatId, SeatPresent>();
  readonly #reports = new Map<SeatId, LinkReport>();
  #students = 0;
  #studentPlaces = 0;
  #connected = 0;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  /** Students connected now. */
  get students(): number {
    return this.#students;
  }

  /** Students who hold a place, connected or not. */
  get studentPlaces(): number {
    return this.#studentPlaces;
  }

  /** Everybody connected now. */
  get connected(): number {
    return this.#connected;
  }

  /** Everybody who holds a place, connected or not. */
  get size(): number {
    return this.#seats.size;
  }

  get(seatId: SeatId): SeatPresent | undefined {
    return this.#seats.get(seatId);
  }

  all(): IterableIterator<SeatPresent> {
    return this.#seats.values();
  }

  /** Seats somebody, or connects a seat again (with the name that it has now). */
  arrive(person: Person): void {
    const before = this.#seats.get(person.seatId);
    if (before) this.#count(before, -1);
    const now = { person, connected: true };
    this.#seats.set(person.seatId, now);
    this.#count(now, 1);
    this.emit('changed');
  }

  /** Keeps a place for somebody who has not come yet, after a restart. */
  expect(person: Person): void {
    if (this.#seats.has(person.seatId)) return;
    const seat = { person, connected: false };
    this.#seats.set(person.seatId, seat);
    this.#count(seat, 1);
    this.emit('changed');
  }

  /** The connection is gone; the place is kept. */
  lose(seatId: SeatId): void {
    const seat = this.#seats.get(seatId);
    if (!seat?.connected) return;
    const lost = { ...seat, connected: false };
    this.#seats.set(seatId, lost);
    this.#count(seat, -1);
    this.#count(lost, 1);
    this.#reports.delete(seatId);
    this.emit('changed');
  }

  leave(seatId: SeatId): void {
    const seat = this.#seats.get(seatId);
    if (!seat) return;
    this.#seats.delete(seatId);
    this.#count(seat, -1);
    this.#reports.delete(seatId);
    this.emit('left', seatId);
    this.emit('changed');
  }

  /** Takes note of how good a connected seat's link is, and of what share of packets it loses, if its page says that; both hold for 30 seconds. */
  setQuality(seatId: SeatId, quality: ConnectionQuality, lossShare: number | null): void {
    if (!this.#seats.get(seatId)?.connected) return;
    this.#reports.set(seatId, { quality, lossShare, reportedMs: this.#clock.monotonicMs() });
  }

  /** How good the link was when it was last reported; `unknown` when that is too long ago. */
  quality(seatId: SeatId): ConnectionQuality {
    return this.#report(seatId)?.quality ?? 'unknown';
  }

  /** The share of packets, 0 to 1, that were lost when it was last reported; null when that is too long ago or was not told. */
  lossShare(seatId: SeatId): number | null {
    return this.#report(seatId)?.lossShare ?? null;
  }

  #report(seatId: SeatId): LinkReport | null {
    const last = this.#reports.get(seatId);
    return last && this.#clock.monotonicMs() - last.reportedMs < QUALITY_HOLDS_MS ? last : null;
  }

  #count({ person, connected }: SeatPresent, by: 1 | -1): void {
    if (person.role === 'student') this.#studentPlaces += by;
    if (!connected) return;
    this.#connected += by;
    if (person.role === 'student') this.#students += by;
  }
}
