import type { SeatId } from '@lectern/contracts';
import { AttemptLimit } from '../identity/attempt-limit.ts';
import { siteOf } from './network-address.ts';

/** Within an hour. */
export interface GuestSeatLimits {
  /** New seats of guests in one class from one address. */
  readonly seats: number;
  /** New seats of guests in one class, wherever from. */
  readonly seatsOfClass: number;
}

const FORGOTTEN_AFTER_MS = 60 * 60_000;
/** As much of an address's seats in a class may lie unused, and it still gets further ones when the class's are used up. */
const UNUSED_SHARE = 0.1;
/** So many unused seats are remembered; the oldest count as unused until they are forgotten. */
const MOST_REMEMBERED = 50_000;

/** A seat that was counted. */
export interface CountedSeat {
  /** It was given. */
  given(seatId: SeatId): void;
  /** It came to nothing. */
  takeBack(): void;
}

/**
 * How many new seats guests get. A script takes seats and leaves them; people come in with theirs within seconds. So an address has a share of
 * what a class gives in an hour, and once all of that is taken, from wherever, still gets seats as long as few of its own lie unused: nobody shuts
 * out others by taking seats.
 */
export class GuestSeats {
  readonly #ofAddress: AttemptLimit;
  readonly #ofClass: AttemptLimit;
  readonly #unused: AttemptLimit;
  readonly #onHeld: (limit: keyof GuestSeatLimits) => void;
  /** By seat, the address and class that it counts for as unused; oldest first. */
  readonly #doors = new Map<SeatId, string>();

  /** `onHeld` is told each time that a seat is refused. */
  constructor(
    { seats, seatsOfClass }: GuestSeatLimits,
    nowMs: () => number,
    onHeld: (limit: keyof GuestSeatLimits) => void = () => undefined,
  ) {
    this.#onHeld = onHeld;
    const limit = (attempts: number) => new AttemptLimit({ attempts, forgottenAfterMs: FORGOTTEN_AFTER_MS, nowMs });
    this.#ofAddress = limit(seats);
    this.#ofClass = limit(seatsOfClass);
    this.#unused = limit(Math.ceil(seats * UNUSED_SHARE));
  }

  /** Counts a new seat; throws `too-many` with the time to wait. */
  take(address: string, classKey: string): CountedSeat {
    const door = `${classKey} ${siteOf(address)}`;
    if (!this.#ofAddress.allows(door)) this.#onHeld('seats');
    this.#ofAddress.check(door);
    const isOver = !this.#ofClass.allows(classKey);
    if (isOver && !this.#unused.allows(door)) {
      this.#onHeld('seatsOfClass');
      this.#ofClass.check(classKey);
    }
    this.#ofAddress.count(door);
    this.#unused.count(door);
    // What goes beyond the class's does not put off the others' next one.
    if (!isOver) this.#ofClass.count(classKey);
    return {
      given: (seatId) => {
        this.#remember(seatId, door);
      },
      takeBack: () => {
        this.#ofAddress.takeBack(door);
        this.#unused.takeBack(door);
        if (!isOver) this.#ofClass.takeBack(classKey);
      },
    };
  }

  /** Somebody came in with this seat. */
  used(seatId: SeatId): void {
    const door = this.#doors.get(seatId);
    if (door === undefined) return;
    this.#doors.delete(seatId);
    this.#unused.takeBack(door);
  }

  #remember(seatId: SeatId, door: string): void {
    this.#doors.set(seatId, door);
    if (this.#doors.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#doors.keys();
    if (oldest !== undefined) this.#doors.delete(oldest);
  }
}
