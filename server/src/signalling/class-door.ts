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
  readonly #pages = new Map<SeatId, SeatPages>();

  /** The word with which this page is sent away; null for one that may come in. */
  refusal(seatId: SeatId, pageId: string | null): GoodbyeReason | null {
    const dismissed = this.#dismissed.get(seatId);
    if (dismissed !== undefined) return dismissed;
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

  /** From now on nobody comes in on this seat. */
  dismiss(seatId: SeatId, reason: GoodbyeReason): void {
    this.#dismissed.set(seatId, reason);
  }
}
