import { LecternError } from '@lectern/contracts';
import type { ClassId, SeatId } from '@lectern/contracts';
import type { Clock } from '../classroom/clock.ts';
import type { LiveClass } from '../classroom/live-class.ts';
import type { SeatRecord } from '../courses/seats.ts';
import type { ClassMedia } from '../media/class-media.ts';
import type { AdmissionRank } from './admission-queue.ts';
import type { Admissions, Slot } from './admissions.ts';
import type { ClassPlaces } from './class-places.ts';
import type { Arrival } from './class-seating.ts';
import type { Connection, Seated } from './connection.ts';
import type { LiveClassesDeps } from './live-classes-deps.ts';

interface Around {
  readonly classId: ClassId;
  readonly live: LiveClass;
  readonly media: ClassMedia;
  readonly admissions: Admissions;
  readonly seats: LiveClassesDeps['seats'];
  readonly clock: Clock;
  readonly places: ClassPlaces;
  /** Who sits on this seat now. */
  readonly seatedOn: (seatId: SeatId) => Seated | undefined;
  /** Seats whoever's turn it is and sends the snapshot; null when the connection or the seat is gone. */
  readonly seat: (connection: Connection, arrival: Arrival) => Promise<Seated | null>;
  /** Nobody comes in any more just now. */
  readonly onRest: () => void;
}

/** Held for somebody from their knock until they are seated or gone. */
export interface Place {
  /** May be called twice. */
  release(): void;
}

/** The way into one class: from the knock through the queue of the server to the first media. */
export class ClassEntrance {
  readonly #around: Around;
  #arriving = 0;
  #expected = 0;
  #closed = false;

  constructor(around: Around) {
    this.#around = around;
    const { media, admissions } = around;
    media.on('receiving', (seatId) => {
      this.settled(seatId);
    });
    media.paceFirstLinks({
      hasTurn: (seatId) => admissions.isComingIn(seatId),
      turn: (seatId) => this.#turnInside(seatId),
    });
  }

  /** Connections that have knocked, and are neither seated nor gone. */
  get size(): number {
    return this.#arriving + this.#expected;
  }

  /**
   * Holds a place for whoever knocked. Throws `class-locked` for who was never inside, and `class-full`, with the time to wait, for a student
   * who has none, where all are taken.
   */
  expect(seat: SeatRecord): Place {
    this.#checkUnlocked(seat);
    const { places } = this.#around;
    const { seatId, role } = seat;
    if (role === 'student') places.take(seat);
    this.#expected += 1;
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#expected -= 1;
        if (role === 'student') places.giveBack(seatId);
        this.#around.onRest();
      },
    };
  }

  /**
   * Waits for this one's turn, and seats them. Null when the connection, or the seat, is gone meanwhile. Rejects with
   * `class-locked` for who was never inside, and `class-ended`, where that came about meanwhile.
   */
  async arrive(connection: Connection, arrival: Arrival): Promise<Seated | null> {
    this.#arriving += 1;
    try {
      const slot = await this.#turn(connection, arrival);
      if (this.#closed) throw new LecternError('class-ended');
      return slot && (await this.#enter(connection, arrival, slot));
    } finally {
      this.#arriving -= 1;
      this.#around.onRest();
    }
  }

  /** The seat receives, or there is nothing to receive: it holds up nobody at the door any more. */
  settled(seatId: SeatId): void {
    this.#around.admissions.settled(seatId);
  }

  /** A connection of this seat is closed, seated or not. */
  gone(connection: Connection, seatId: SeatId): void {
    const { admissions, media, seatedOn } = this.#around;
    admissions.gone(connection.connectionId, seatId);
    // Who sits there did not ask for a turn while another page waited with the seat; one that waits still will.
    if (seatedOn(seatId) && !admissions.isWaiting(seatId)) media.offerStage(seatId);
  }

  /** Nobody waits any more. */
  close(): void {
    this.#closed = true;
    this.#around.admissions.closeClass(this.#around.classId);
  }

  #checkUnlocked({ seatId, arrived }: SeatRecord): void {
    const { state, seats } = this.#around.live;
    // That somebody has arrived is on record a moment later than they have.
    if (state.locked && !arrived && !seats.get(seatId)) throw new LecternError('class-locked');
  }

  #turn(connection: Connection, { seat, pageId }: Arrival): Promise<Slot | null> {
    const { classId, admissions } = this.#around;
    return admissions.turn({ classId, seatId: seat.seatId, rank: this.#rank(seat), pageId, connection });
  }

  /** A link of somebody inside costs what one at the door does: they stand in the same queue. */
  async #turnInside(seatId: SeatId): Promise<Slot | null> {
    const { classId, admissions } = this.#around;
    const seated = this.#around.seatedOn(seatId);
    if (this.#closed || !seated) return null;
    const { connection, pageId, person } = seated;
    const rank = this.#rank({ ...person, wasInside: true });
    return admissions.turn({ classId, seatId, rank, pageId, connection, inside: true });
  }

  #rank({ seatId, role, wasInside }: Pick<SeatRecord, 'seatId' | 'role' | 'wasInside'>): AdmissionRank {
    const { live, admissions } = this.#around;
    if (role !== 'student') return 'staff';
    if (live.stage.has(seatId)) return 'stage';
    if (admissions.hasIdled(seatId)) return 'new';
    return wasInside || live.seats.get(seatId) ? 'returning' : 'new';
  }

  async #enter(connection: Connection, arrival: Arrival, slot: Slot): Promise<Seated | null> {
    const { live, media, seat, seats, clock } = this.#around;
    const { seatId, wasInside } = arrival.seat;
    let seated: Seated | null = null;
    try {
      this.#checkUnlocked(arrival.seat);
      seated = await seat(connection, arrival);
    } finally {
      const { status } = live.state;
      const opensMedia = seated !== null && (status === 'open' || status === 'live');
      // The same page may have its media still.
      if (!opensMedia || media.receives(seatId)) slot.release();
    }
    if (seated && !wasInside) void seats.noteArrival(seatId, new Date(clock.wallMs()));
    return seated;
  }
}
