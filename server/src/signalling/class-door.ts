import type { SeatId, ServerMessage } from '@lectern/contracts';

export type GoodbyeReason = Extract<ServerMessage, { type: 'goodbye' }>['reason'];

interface SeatPages {
  /** The page that has the seat, or had it last; null where it did not say which. */
  readonly now: string | null;
  /** Those before it, newest last. */
  readonly earlier: readonly string[];
}

/** As many pages of one seat are known to be superseded; who opens more has closed the first of them long ago. */
const MOST_EARLIER = 16;

/** Which page has which seat, and who does not come in any more. */
export class ClassDoor {
  readonly #dismissed = new Map<SeatId, GoodbyeReason>();
  /** When a seat's secret was last changed, by the monotonic clock. */
  readonly #shut = new Map<SeatId, number>();
  readonly #pages = new Map<SeatId, SeatPages>();

  /** The word with which this page, which knocked at that time, is sent away; null for one that may come in. */
  refusal(seatId: SeatId, pageId: string | null, knockedMs: number): GoodbyeReason | null {
    const dismissed = this.#dismissed.get(seatId);
    if (dismissed !== undefined) return dismissed;
    const shutMs = this.#shut.get(seatId);
    if (shutMs !== undefined && knockedMs <= shutMs) return 'signed-out';
    // A page that was offline when another took the seat, and comes back by itself, must not put the one in use out.
    const superseded = pageId !== null && this.#pages.get(seatId)?.earlier.includes(pageId);
    return superseded ? 'taken-over' : null;
  }

  /** Gives the seat to this page; true when it had it before. */
  enter(seatId: SeatId, pageId: string | null): boolean {
    const { now = null, earlier = [] } = this.#pages.get(seatId) ?? {};
    if (pageId !== null && pageId === now) return true;
    const superseded = now === null ? earlier : [...earlier, now].slice(-MOST_EARLIER);
    this.#pages.set(seatId, { now: pageId, earlier: superseded });
    return false;
  }

  /** Whoever knocked up to now does not come in on this seat: the secret they came with opens nothing any more. */
  shut(seatId: SeatId, nowMs: number): void {
    this.#shut.set(seatId, nowMs);
  }

  /** From now on nobody comes in on this seat. */
  dismiss(seatId: SeatId, reason: GoodbyeReason): void {
    this.#dismissed.set(seatId, reason);
  }
}
