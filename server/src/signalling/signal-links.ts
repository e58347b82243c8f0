import type { SeatId } from '@lectern/contracts';
import type { Clock } from '../classroom/clock.ts';

/** So long a link waits at most: a page gives an answer up after ten seconds. */
const LONGEST_MS = 7_000;
const LOOK_EVERY_MS = 50;

interface SignalLinksOptions {
  readonly clock: Clock;
  /** True while the door has time for one more, when so many links are in the making. */
  readonly hasRoom: (inTheMaking: number) => boolean;
  /** How long a link is taken to be in the making at most: a page may never connect it. */
  readonly holdMs: number;
}

/**
 * When links of the signal are opened, over all classes: sound goes before scores. A handshake costs the same for both, while a score is due only
 * five seconds after the last; so whoever has come in waits with the signal while others still come in.
 */
export class SignalLinks {
  readonly #clock: Clock;
  readonly #hasRoom: (inTheMaking: number) => boolean;
  readonly #holdMs: number;
  /** Those who wait, in their order. */
  #waiting: { readonly seatId: SeatId; readonly sinceMs: number; readonly open: () => void }[] = [];
  /** Links that are being made, and since when; the first to be given up is the first. */
  readonly #inTheMaking = new Map<SeatId, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor({ clock, hasRoom, holdMs }: SignalLinksOptions) {
    this.#clock = clock;
    this.#hasRoom = hasRoom;
    this.#holdMs = holdMs;
  }

  /** Resolves when this seat may open its link: at once while the door is quiet, after seven seconds at the latest. */
  turn(seatId: SeatId): Promise<void> {
    return new Promise((open) => {
      this.#waiting.push({ seatId, sinceMs: this.#clock.monotonicMs(), open });
      this.#look();
    });
  }

  /** The link of this seat is up, or nothing comes of it. */
  settled(seatId: SeatId): void {
    if (this.#inTheMaking.delete(seatId)) this.#look();
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [seatId, sinceMs] of this.#inTheMaking) {
      if (sinceMs + this.#holdMs > nowMs) break;
      this.#inTheMaking.delete(seatId);
    }
    const stay = this.#waiting.findIndex(({ seatId, sinceMs, open }) => {
      if (sinceMs + LONGEST_MS > nowMs && !this.#hasRoom(this.#inTheMaking.size)) return true;
      // Set anew: the map stays ordered by time.
      this.#inTheMaking.delete(seatId);
      this.#inTheMaking.set(seatId, nowMs);
      open();
      return false;
    });
    this.#waiting = stay === -1 ? [] : this.#waiting.slice(stay);
    if (this.#waiting.length > 0) this.#lookAgain();
  }

  #lookAgain(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, LOOK_EVERY_MS).unref();
  }
}
