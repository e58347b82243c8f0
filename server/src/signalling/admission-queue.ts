import type { ClassId, SeatId } from '@lectern/contracts';

/** Who goes before whom: staff before everybody, then, within a class, the stage, those who were inside, and the rest. */
export const ADMISSION_RANKS = ['staff', 'stage', 'returning', 'new'] as const;
export type AdmissionRank = (typeof ADMISSION_RANKS)[number];

/** A place in the queue. It is the seat's: whoever connects anew with the seat has the same one. */
export interface Ticket {
  readonly classId: ClassId;
  readonly seatId: SeatId;
  readonly rank: AdmissionRank;
  /** Counted up by arrival. */
  readonly number: number;
}

/** How long the place of somebody is kept whose connection was lost while they waited: in the queue, and in the class. */
export const KEPT_MS = 30_000;

/** Those of one class who wait, in their order. */
class Line {
  readonly #byRank = new Map<AdmissionRank, Ticket[]>(ADMISSION_RANKS.map((rank) => [rank, []]));

  get size(): number {
    let size = 0;
    for (const tickets of this.#byRank.values()) size += tickets.length;
    return size;
  }

  add(ticket: Ticket): void {
    const tickets = this.#of(ticket);
    tickets.splice(indexOf(tickets, ticket.number), 0, ticket);
  }

  /** False when it does not wait here. */
  remove(ticket: Ticket): boolean {
    const tickets = this.#of(ticket);
    const index = indexOf(tickets, ticket.number);
    if (tickets[index]?.number !== ticket.number) return false;
    tickets.splice(index, 1);
    return true;
  }

  shift(): Ticket | null {
    for (const tickets of this.#byRank.values()) {
      const first = tickets.shift();
      if (first) return first;
    }
    return null;
  }

  /** How many of this line go before it. */
  before(ticket: Ticket): number {
    let before = 0;
    for (const [rank, tickets] of this.#byRank) {
      if (rank === ticket.rank) return before + indexOf(tickets, ticket.number);
      before += tickets.length;
    }
    return before;
  }

  #of({ rank }: Ticket): Ticket[] {
    return this.#byRank.get(rank) ?? [];
  }
}

/**
 * The one queue before all classes. Staff go first; the classes take turns, so that a large one holds no small one; in a
 * class whoever was inside goes before whoever is new, and else the first comes first. A place belongs to a seat: asking twice
 * gives the same, and one that was lost is kept for 30 seconds.
 */
export class AdmissionQueue {
  readonly #nowMs: () => number;
  readonly #staff = new Line();
  /** Classes with somebody who waits; the first is the next to be served. */
  readonly #lines = new Map<ClassId, Line>();
  readonly #waiting = new Map<SeatId, Ticket>();
  /** Places of those who are away; the first to run out is the first. */
  readonly #kept = new Map<SeatId, { readonly number: number; readonly untilMs: number }>();
  #lastNumber = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  has(seatId: SeatId): boolean {
    return this.#waiting.has(seatId);
  }

  /** True while this seat waits, or its place is kept. */
  knows(seatId: SeatId): boolean {
    this.#forgetOld();
    return this.#waiting.has(seatId) || this.#kept.has(seatId);
  }

  /** Waits with this seat: at the end, or at the place that the seat has already. */
  join(classId: ClassId, seatId: SeatId, rank: AdmissionRank): Ticket {
    this.#forgetOld();
    const before = this.#waiting.get(seatId);
    if (before) this.#remove(before);
    const number = before?.number ?? this.#kept.get(seatId)?.number ?? (this.#lastNumber += 1);
    this.#kept.delete(seatId);
    const ticket: Ticket = { classId, seatId, rank, number };
    this.#waiting.set(seatId, ticket);
    this.#lineOf(ticket).add(ticket);
    return ticket;
  }

  /** Takes out whoever is next; null when nobody waits. */
  next(): Ticket | null {
    const ticket = this.#staff.shift() ?? this.#nextOfClasses();
    if (ticket) this.#waiting.delete(ticket.seatId);
    return ticket;
  }

  /** Whoever waits with this ticket is away: the place is kept for a while, and nobody waits for it. */
  lose(ticket: Ticket): void {
    if (this.#waiting.get(ticket.seatId) !== ticket) return;
    this.#remove(ticket);
    this.#forgetOld();
    this.#kept.set(ticket.seatId, { number: ticket.number, untilMs: this.#nowMs() + KEPT_MS });
  }

  /** From 1: how many go in up to this one, if nobody comes who goes before it. */
  place(ticket: Ticket): number {
    const { classId, rank } = ticket;
    if (rank === 'staff') return this.#staff.before(ticket) + 1;
    const own = this.#lines.get(classId);
    if (!own) return 1;
    const before = own.before(ticket);
    let ahead = this.#staff.size + before;
    // Up to its turn each class before its own has had one turn more than it, and each one after it as many.
    let turns = before + 1;
    for (const [id, line] of this.#lines) {
      if (id === classId) turns = before;
      else ahead += Math.min(line.size, turns);
    }
    return ahead + 1;
  }

  #nextOfClasses(): Ticket | null {
    for (const [classId, line] of this.#lines) {
      const ticket = line.shift();
      this.#lines.delete(classId);
      // Set anew: at the end, behind the classes whose turn is next.
      if (line.size > 0) this.#lines.set(classId, line);
      if (ticket) return ticket;
    }
    return null;
  }

  #lineOf({ rank, classId }: Ticket): Line {
    if (rank === 'staff') return this.#staff;
    const line = this.#lines.get(classId) ?? new Line();
    this.#lines.set(classId, line);
    return line;
  }

  #remove(ticket: Ticket): void {
    this.#waiting.delete(ticket.seatId);
    if (ticket.rank === 'staff') {
      this.#staff.remove(ticket);
      return;
    }
    const line = this.#lines.get(ticket.classId);
    if (line?.remove(ticket) && line.size === 0) this.#lines.delete(ticket.classId);
  }

  #forgetOld(): void {
    const nowMs = this.#nowMs();
    for (const [seatId, { untilMs }] of this.#kept) {
      if (untilMs > nowMs) return;
      this.#kept.delete(seatId);
    }
  }
}

/** Where this number stands, or would stand, among tickets in order. */
function indexOf(tickets: readonly Ticket[], number: number): number {
  let low = 0;
  let high = tickets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tickets[middle]?.number ?? Infinity) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
