import { roundedEstimateMs } from '@lectern/contracts';
import type { SeatId, ClassId } from '@lectern/contracts';
import type { Clock } from '../classroom/clock.ts';
import { ExpiringKeys } from '../expiring-keys.ts';
import { AdmissionPace, AdmissionRate } from './admission-pace.ts';
import type { PaceBounds } from './admission-pace.ts';
import { AdmissionQueue } from './admission-queue.ts';
import type { AdmissionRank, Ticket } from './admission-queue.ts';
import type { Connection } from './connection.ts';

/** So often the pace is looked at, and those who wait are told. */
const TICK_MS = 100;
/** Nobody is told more often than this. */
const TELL_AGAIN_MS = 1_000;
/** With so many told in one tick 1,900 who wait cost the event loop some three hundredths of its time. */
const MOST_TOLD_PER_TICK = 120;
/** So long a seat that opened no media is not taken for one that comes back. */
const IDLED_MS = 120_000;
/** While fewer than this share of those who may come in at once do, the door is quiet. */
const QUIET_SHARE = 0.25;
/** So many snapshots at most before everything else has its turn. */
const MOST_PER_TURN = 16;

/** Somebody who is authenticated and wants in. */
export interface Waiting {
  readonly classId: ClassId;
  readonly seatId: SeatId;
  readonly rank: AdmissionRank;
  /** Null where the page did not say which it is. */
  readonly pageId: string | null;
  readonly connection: Connection;
  /** Is in class already, and waits for a link: there is no place to tell. */
  readonly inside?: boolean;
}

/** The right to come in now, held until the media run. */
export interface Slot {
  /** May be called twice. */
  release(): void;
}

interface Entry extends Waiting {
  readonly ticket: Ticket;
  readonly settle: (slot: Slot | null) => void;
  /** When to look again whether there is something to tell. */
  tellAtMs: number;
  /** What a page makes of what it was told last; null before that. */
  told: { readonly place: number; readonly estimate: number | null } | null;
}

interface AdmissionsOptions {
  readonly clock: Clock;
  readonly bounds: PaceBounds;
  /** How long a slot is held at most: a page may never open its media. */
  readonly holdMs: number;
}

/**
 * Paces who comes in, over all classes: so many at once are between their snapshot and their first media, the others wait in
 * the queue and are told their place. A self-clocking gate: nobody waits while there is room.
 */
export class Admissions {
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #queue: AdmissionQueue;
  readonly #pace: AdmissionPace;
  readonly #rate = new AdmissionRate();
  /** Those who wait, in the order in which they are told next. */
  readonly #entries = new Map<SeatId, Entry>();
  /** The slots in use; the first to end by itself is the first. */
  readonly #slots = new Map<SeatId, { readonly connectionId: string; readonly sinceMs: number }>();
  /** Seats that came in and opened no media. */
  readonly #idled: ExpiringKeys<SeatId>;
  #timer: NodeJS.Timeout | null = null;
  #tickDueMs = 0;
  #turnIsDue = false;
  #inThisTurn = 0;

  constructor({ clock, bounds, holdMs }: AdmissionsOptions) {
    this.#clock = clock;
    this.#holdMs = holdMs;
    this.#idled = new ExpiringKeys(IDLED_MS, () => clock.monotonicMs());
    this.#queue = new AdmissionQueue(() => clock.monotonicMs());
    this.#pace = new AdmissionPace(bounds);
  }

  /** Who waits, who is on the way in, how many may be at once, and how fast they come in while some wait: for the operator. */
  figures(): { waiting: number; entering: number; atOnce: number; letInPerSecond: number } {
    const letInPerSecond = this.#rate.perSecond(this.#clock.monotonicMs()) ?? 0;
    return { waiting: this.#queue.size, entering: this.#slots.size, atOnce: this.#pace.atOnce, letInPerSecond };
  }

  /** How many wait at the door, by class. */
  waitingByClass(): ReadonlyMap<ClassId, number> {
    const waiting = new Map<ClassId, number>();
    for (const { classId, inside } of this.#entries.values())
      if (inside !== true) waiting.set(classId, (waiting.get(classId) ?? 0) + 1);
    return waiting;
  }

  /** True for a seat that came in a while ago and held its slot to the end: it goes before nobody. */
  hasIdled(seatId: SeatId): boolean {
    return this.#idled.leftMs(seatId) !== null;
  }

  /** True while this seat has a slot. */
  isComingIn(seatId: SeatId): boolean {
    return this.#slots.has(seatId);
  }

  isWaiting(seatId: SeatId): boolean {
    return this.#queue.has(seatId);
  }

  /** True while this seat waits, or was lost while it did and its place in the queue is kept. */
  keepsTurn(seatId: SeatId): boolean {
    return this.#queue.knows(seatId);
  }

  /** True while nobody waits and few come in, who idled before not counted: there is time for something else, of which so much is under way. */
  isQuietBeside(underWay: number): boolean {
    // Seats that come in again and again and open no media hold up nothing but their own slots.
    const comingIn = this.#slots.keys().filter((seatId) => !this.hasIdled(seatId));
    return this.#queue.size === 0 && comingIn.toArray().length + underWay < this.#pace.atOnce * QUIET_SHARE;
  }

  /**
   * Resolves when it is this one's turn, at once while there is room. Null: the connection is gone, another page of the seat waits
   * in its place, the same one asked anew, or the class is over.
   */
  turn(waiting: Waiting): Promise<Slot | null> {
    const { classId, seatId, rank, connection } = waiting;
    const before = this.#entries.get(seatId);
    // Whoever comes to the door with the seat of somebody inside is the newer one.
    if (waiting.inside === true && before !== undefined && before.connection !== connection)
      return Promise.resolve(null);
    this.#takeOver(waiting);
    const ticket = this.#queue.join(classId, seatId, rank);
    return new Promise((settle) => {
      const nowMs = this.#clock.monotonicMs();
      this.#entries.set(seatId, { ...waiting, ticket, settle, tellAtMs: nowMs, told: null });
      if (connection.closed) {
        this.gone(connection.connectionId, seatId);
        return;
      }
      this.#admit();
      if (this.#queue.size > 0) this.#rate.waits(nowMs);
      this.#run();
    });
  }

  /** The media of this seat run: the next one may come in. */
  settled(seatId: SeatId): void {
    const slot = this.#slots.get(seatId);
    if (!slot) return;
    this.#pace.ended(slot.sinceMs, true);
    this.#free(seatId);
  }

  /** This connection of the seat is closed. The place of somebody who waits is kept for 30 seconds. */
  gone(connectionId: string, seatId: SeatId): void {
    this.#release(connectionId, seatId);
    const entry = this.#entries.get(seatId);
    if (entry?.connection.connectionId !== connectionId) return;
    this.#queue.lose(entry.ticket);
    this.#drop(entry);
  }

  /** Nobody waits for this class any more. */
  closeClass(classId: ClassId): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.classId === classId) this.gone(entry.connection.connectionId, entry.seatId);
    }
  }

  /** A page takes the place over from an earlier connection of its seat; another page than that is told. */
  #takeOver({ seatId, pageId, connection }: Waiting): void {
    const before = this.#entries.get(seatId);
    if (!before) return;
    this.#drop(before);
    // Its media went while it waited for a link; or it is inside, and stays there until another page sits on its seat.
    if (before.connection === connection || before.inside === true) return;
    if (pageId === null || pageId !== before.pageId) {
      before.connection.send({ type: 'goodbye', reason: 'taken-over' });
    }
    before.connection.end();
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.seatId);
    entry.settle(null);
  }

  /** Lets in as many as there is room for, some at a time. */
  #admit(): void {
    while (this.#slots.size < this.#pace.atOnce && this.#queue.size > 0) {
      if (this.#inThisTurn >= MOST_PER_TURN) {
        this.#admitSoon();
        return;
      }
      this.#admitNext();
    }
    if (this.#queue.size > 0) return;
    this.#rate.empty();
    this.#pace.empty();
  }

  #admitNext(): void {
    const ticket = this.#queue.next();
    const entry = ticket && this.#entries.get(ticket.seatId);
    if (!entry) return;
    const { seatId, connection } = entry;
    const nowMs = this.#clock.monotonicMs();
    this.#entries.delete(seatId);
    // Set anew: the map stays ordered by the end.
    this.#slots.delete(seatId);
    this.#slots.set(seatId, { connectionId: connection.connectionId, sinceMs: nowMs });
    this.#rate.admitted(nowMs);
    if (this.#inThisTurn === 0) this.#admitSoon();
    this.#inThisTurn += 1;
    entry.settle({
      release: () => {
        this.#release(connection.connectionId, seatId);
      },
    });
  }

  /** This connection of the seat needs its slot no more, and nobody knows how fast its media would have come. */
  #release(connectionId: string, seatId: SeatId): void {
    if (this.#slots.get(seatId)?.connectionId === connectionId) this.#free(seatId);
  }

  #free(seatId: SeatId): void {
    this.#slots.delete(seatId);
    this.#admitSoon();
  }

  #admitSoon(): void {
    if (this.#turnIsDue) return;
    this.#turnIsDue = true;
    setImmediate(() => {
      this.#turnIsDue = false;
      this.#inThisTurn = 0;
      this.#admit();
    });
  }

  /** Ticks while anybody waits or comes in. */
  #run(): void {
    if (this.#timer !== null || this.#slots.size + this.#queue.size === 0) return;
    this.#tickDueMs = this.#clock.monotonicMs() + TICK_MS;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#tick();
      this.#run();
    }, TICK_MS).unref();
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#endOverdue(nowMs);
    if (this.#queue.size > 0) this.#pace.note(nowMs - this.#tickDueMs, nowMs);
    this.#admit();
    this.#tell(nowMs);
  }

  /** Ends the slots of those who got no media in time. */
  #endOverdue(nowMs: number): void {
    for (const [seatId, { sinceMs }] of this.#slots) {
      if (sinceMs + this.#holdMs > nowMs) return;
      this.#slots.delete(seatId);
      // A seat that does so again says nothing of the workers.
      if (!this.#idled.note(seatId)) this.#pace.ended(sinceMs, false);
    }
  }

  /** Tells place and estimate to those who were told longest ago, where the page would say something else. */
  #tell(nowMs: number): void {
    const perSecond = this.#rate.perSecond(nowMs);
    let left = MOST_TOLD_PER_TICK;
    for (const [seatId, entry] of this.#entries) {
      if (left === 0 || entry.tellAtMs > nowMs) return;
      left -= 1;
      // Set anew: the map stays ordered by who is told next. Whoever is set anew is not due again in this walk.
      this.#entries.delete(seatId);
      entry.tellAtMs = nowMs + TELL_AGAIN_MS;
      this.#entries.set(seatId, entry);
      if (entry.inside === true) continue;
      const place = this.#queue.place(entry.ticket);
      const estimateMs = perSecond === null ? null : Math.round((place * 1_000) / perSecond);
      const estimate = estimateMs === null ? null : roundedEstimateMs(estimateMs);
      if (entry.told?.place === place && entry.told.estimate === estimate) continue;
      entry.told = { place, estimate };
      entry.connection.send({ type: 'waiting', place, estimateMs });
    }
  }
}
