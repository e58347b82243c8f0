import { toldPlace } from '@lectern/contracts';
import type { Person, SeatId, ServerMessage } from '@lectern/contracts';
import type { LiveClass } from '../classroom/live-class.ts';
import { handOrder } from './class-views.ts';

/** What pages were told of the raised hands, so that they are told only what is another than that. */
export class ToldHands {
  readonly #live: LiveClass;
  /** The place that each seat was told. */
  readonly #places = new Map<SeatId, number>();
  /** The order of the first hands as staff were told it; null when it is to be told whole. */
  #order: readonly Person[] | null = null;

  constructor(live: LiveClass) {
    this.#live = live;
  }

  /** A page was shown the hands as they stand now. */
  shown({ seatId, role }: Person): void {
    const place = this.#live.hands.place(seatId);
    if (place === null) this.#places.delete(seatId);
    else this.#places.set(seatId, toldPlace(place));
    if (role !== 'student') this.#order = null;
  }

  /** The seats whose place, as it is told, has changed since the last time; null for a hand that is down. */
  takePlaces(): [SeatId, number | null][] {
    const places = this.#live.hands.places();
    const changed: [SeatId, number | null][] = [];
    for (const seatId of this.#places.keys()) {
      if (places.has(seatId)) continue;
      this.#places.delete(seatId);
      changed.push([seatId, null]);
    }
    for (const [seatId, exact] of places) {
      const place = toldPlace(exact);
      if (this.#places.get(seatId) === place) continue;
      this.#places.set(seatId, place);
      changed.push([seatId, place]);
    }
    return changed;
  }

  /** What staff need to hear of the order: whole the first time, then what changed; null when nothing did. */
  takeOrder(): ServerMessage | null {
    const order = handOrder(this.#live);
    const told = this.#order;
    this.#order = order;
    const hands = new Map(order.map((person) => [person.seatId, person]));
    // A person who goes by another name, or whose hand went up anew, is another one here.
    const kept = told?.filter((person) => hands.get(person.seatId) === person);
    // Only while whoever stays keeps the place before all others.
    if (!told || !kept?.every((person, index) => order[index] === person)) return { type: 'hand-order', order };
    const lowered = told.map(({ seatId }) => seatId).filter((seatId) => !hands.has(seatId));
    const raised = order.slice(kept.length);
    return lowered.length + raised.length > 0 ? { type: 'hands-moved', lowered, raised } : null;
  }
}
