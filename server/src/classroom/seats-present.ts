import { EventEmitter } from 'node:events';
import type { ConnectionQuality, Person, SeatId } from '@lectern/contracts';

export interface SeatPresent {
  readonly person: Person;
  readonly connected: boolean;
  readonly quality: ConnectionQuality;
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
  readonly #seats = new Map<SeatId, SeatPresent>();
  #students = 0;
  #connected = 0;

  /** Students connected now. */
  get students(): number {
    return this.#students;
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
    if (before?.connected) this.#count(before, -1);
    const now = { person, connected: true, quality: before?.quality ?? 'unknown' } as const;
    this.#seats.set(person.seatId, now);
    this.#count(now, 1);
    this.emit('changed');
  }

  /** Keeps a place for somebody who has not come yet, after a restart. */
  expect(person: Person): void {
    if (this.#seats.has(person.seatId)) return;
    this.#seats.set(person.seatId, { person, connected: false, quality: 'unknown' });
  }

  /** The connection is gone; the place is kept. */
  lose(seatId: SeatId): void {
    const seat = this.#seats.get(seatId);
    if (!seat?.connected) return;
    this.#count(seat, -1);
    this.#seats.set(seatId, { ...seat, connected: false, quality: 'unknown' });
    this.emit('changed');
  }

  leave(seatId: SeatId): void {
    const seat = this.#seats.get(seatId);
    if (!seat) return;
    if (seat.connected) this.#count(seat, -1);
    this.#seats.delete(seatId);
    this.emit('left', seatId);
    this.emit('changed');
  }

  setQuality(seatId: SeatId, quality: ConnectionQuality): void {
    const seat = this.#seats.get(seatId);
    if (seat?.connected) this.#seats.set(seatId, { ...seat, quality });
  }

  #count(seat: SeatPresent, by: 1 | -1): void {
    this.#connected += by;
    if (seat.person.role === 'student') this.#students += by;
  }
}
