import { EventEmitter } from 'node:events';
import type { Person, SeatId } from '@lectern/contracts';

interface Events {
  raised: [Person];
  lowered: [SeatId];
  renamed: [Person];
}

/** Raised hands in the order in which the server saw them. */
export class Hands extends EventEmitter<Events> {
  /** A Map keeps the order of insertion, which is the order of the hands. */
  readonly #hands = new Map<SeatId, Person>();

  get count(): number {
    return this.#hands.size;
  }

  /** Puts hands back as they were, first in the order first. */
  restore(people: readonly Person[]): void {
    for (const person of people) this.#hands.set(person.seatId, person);
  }

  /** Raises a hand; one that is up already keeps its place. True when it went up. */
  raise(person: Person): boolean {
    if (this.#hands.has(person.seatId)) return false;
    this.#hands.set(person.seatId, person);
    this.emit('raised', person);
    return true;
  }

  /** True when there was a hand to lower. */
  lower(seatId: SeatId): boolean {
    if (!this.#hands.delete(seatId)) return false;
    this.emit('lowered', seatId);
    return true;
  }

  isRaised(seatId: SeatId): boolean {
    return this.#hands.has(seatId);
  }

  /** Place in the order from 1; null when the hand is down. */
  place(seatId: SeatId): number | null {
    if (!this.#hands.has(seatId)) return null;
    let place = 1;
    for (const other of this.#hands.keys()) {
      if (other === seatId) return place;
      place += 1;
    }
    return null;
  }

  /** Every raised hand with its place. */
  places(): Map<SeatId, number> {
    return new Map([...this.#hands.keys()].map((seatId, index) => [seatId, index + 1]));
  }

  /** The first hands in the order. */
  first(limit: number): Person[] {
    return [...this.#hands.values().take(limit)];
  }

  /** A person who came back under another name keeps the place. */
  rename(person: Person): void {
    const before = this.#hands.get(person.seatId);
    if (!before || (before.name === person.name && before.role === person.role)) return;
    this.#hands.set(person.seatId, person);
    this.emit('renamed', person);
  }
}
