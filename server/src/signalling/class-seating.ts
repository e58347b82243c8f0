import type { Person, SeatId, ServerMessage } from '@lectern/contracts';
import type { Clock } from '../classroom/clock.ts';
import type { LiveClass } from '../classroom/live-class.ts';
import type { SeatRecord } from '../courses/seats.ts';
import type { ClassMedia } from '../media/class-media.ts';
import { ClassDoor } from './class-door.ts';
import type { GoodbyeReason } from './class-door.ts';
import type { Connection, Seated } from './connection.ts';
import { EmptyRoom } from './empty-room.ts';
import { KeptPlaces } from './kept-places.ts';
import type { LiveClassLimits } from './live-classes-deps.ts';

/** Somebody whose secret opened a seat. */
export interface Arrival {
  readonly seat: SeatRecord;
  /** Null where the page did not say which it is. */
  readonly pageId: string | null;
  /** The monotonic clock's reading before the secret was looked at. */
  readonly knockedMs: number;
}

interface Around {
  readonly live: LiveClass;
  readonly media: ClassMedia;
  readonly clock: Clock;
  readonly limits: Pick<LiveClassLimits, 'graceMs' | 'restartGraceMs' | 'abandonedAfterMs'>;
  /** True while somebody waits at the door with this seat. */
  readonly isWaiting: (seatId: SeatId) => boolean;
  /** A seat was taken out of everything. */
  readonly onLeft: () => void;
  /** Nobody was connected for `abandonedAfterMs`. */
  readonly onAbandoned: () => void;
}

/** Who sits in a class through which connection, whose place is kept for now, and who does not come in any more. */
export class ClassSeating {
  readonly #around: Around;
  readonly #seated = new Map<SeatId, Seated>();
  readonly #door = new ClassDoor();
  readonly #kept = new KeptPlaces((seatId) => {
    const { isWaiting, limits } = this.#around;
    if (isWaiting(seatId)) this.#kept.keep(seatId, limits.graceMs);
    else this.leave(seatId);
  });
  readonly #empty: EmptyRoom;

  constructor(around: Around) {
    this.#around = around;
    const { live, limits } = around;
    for (const { person } of live.seats.all()) this.#kept.keep(person.seatId, limits.restartGraceMs);
    this.#empty = new EmptyRoom(limits.abandonedAfterMs, around.onAbandoned);
    this.#empty.note(true);
  }

  /** Seats that somebody sits on, and seats that are kept. */
  get size(): number {
    return this.#seated.size + this.#kept.size;
  }

  /** False once another page has taken the seat over, or the seat has left. */
  isCurrent({ connection, person }: Seated): boolean {
    return this.#seated.get(person.seatId)?.connection === connection;
  }

  /** Who sits here now. */
  seated(): Iterable<Seated> {
    return this.#seated.values();
  }

  seatedOn(seatId: SeatId): Seated | undefined {
    return this.#seated.get(seatId);
  }

  connectionOf(seatId: SeatId): Connection | undefined {
    return this.seatedOn(seatId)?.connection;
  }

  send(seatId: SeatId, message: ServerMessage): void {
    this.connectionOf(seatId)?.send(message);
  }

  /** Seats whoever connected and takes over from another page; who may not come in any more is told why, and null given. */
  sit(connection: Connection, { seat, pageId, knockedMs }: Arrival): Seated | null {
    const { live, media } = this.#around;
    const { seatId, name, role, accountId } = seat;
    const reason = this.#door.refusal(seatId, pageId, knockedMs);
    if (reason !== null) {
      connection.send({ type: 'goodbye', reason });
      connection.end();
      return null;
    }
    this.#takeOver(seatId, pageId);
    const person: Person = { seatId, name, role };
    const seated: Seated = { connection, person, accountId, pageId };
    this.#seated.set(seatId, seated);
    this.#empty.note(false);
    this.#kept.release(seatId);
    live.arrive(person);
    media.setConnected(seatId, true);
    return seated;
  }

  /** The connection is gone. The place is kept for a while, with hand, stage and media. */
  lost(seated: Seated): void {
    if (!this.isCurrent(seated)) return;
    const { live, media, limits } = this.#around;
    const { seatId } = seated.person;
    this.#seated.delete(seatId);
    this.#empty.note(this.#seated.size === 0);
    media.setConnected(seatId, false);
    live.lose(seatId);
    this.#kept.keep(seatId, limits.graceMs);
  }

  /** Takes a seat out of everything at once. */
  leave(seatId: SeatId): void {
    const { live, media, onLeft } = this.#around;
    this.#kept.release(seatId);
    const connection = this.connectionOf(seatId);
    this.#seated.delete(seatId);
    media.closeSeat(seatId);
    live.leave(seatId);
    connection?.end();
    this.#empty.note(this.#seated.size === 0);
    onLeft();
  }

  /** Ends a seat's connection with a word, and takes the seat out for good. */
  dismiss(seatId: SeatId, reason: GoodbyeReason): void {
    this.#door.dismiss(seatId, reason);
    this.send(seatId, { type: 'goodbye', reason });
    this.leave(seatId);
  }

  /** The seat's secret was changed: whoever sits there goes, and comes back only with the account's sign-in. */
  shut(seatId: SeatId): void {
    this.#door.shut(seatId, this.#around.clock.monotonicMs());
    this.send(seatId, { type: 'goodbye', reason: 'signed-out' });
    this.leave(seatId);
  }

  /** Tells once more after this long that nobody is here, should that be so then. */
  tellAbandonedAgain(afterMs: number): void {
    this.#empty.tellAgain(afterMs);
  }

  /** Ends every connection. May be called twice. */
  close(): void {
    for (const { connection } of this.#seated.values()) connection.end();
    this.#seated.clear();
    this.#empty.close();
    this.#kept.close();
  }

  /** The same page that is back keeps its transports; another page begins anew, and the one before is told. */
  #takeOver(seatId: SeatId, pageId: string | null): void {
    const before = this.connectionOf(seatId);
    const samePage = this.#door.enter(seatId, pageId);
    if (!samePage) this.#around.media.closeSeat(seatId);
    if (!before) return;
    this.#seated.delete(seatId);
    if (!samePage) before.send({ type: 'goodbye', reason: 'taken-over' });
    before.end();
  }
}
