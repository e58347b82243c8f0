import type { SeatId } from '@lectern/contracts';
import type { Clock } from '../classroom/clock.ts';
import { ExpiringKeys } from '../expiring-keys.ts';

/** So long a link waits at most: a page gives an answer up after ten seconds. */
const LONGEST_MS = 7_000;
const LOOK_EVERY_MS = 50;
/** So long it counts against a seat that its link did not come up in time. */
const IDLED_MS = 120_000;

interface SignalLinksOptions {
  readonly clock: Clock;
  /** True while the door has time for one more, when so many links are in the making. */
  readonly hasRoom: (inTheMaking: number) => boolean;
  /** How long a link is taken to be in the making at most: a page may never connect it. */
  readonly holdMs: number;
}

/** One link in the making: from its turn until it is up, or nothing comes of it. */
export interface SignalSlot {
  /** May be called twice. */
  release(): void;
}

interface Waiting {
  readonly seatId: SeatId;
  readonly sinceMs: number;
  readonly open: (slot: SignalSlot) => void;
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
  #waiting: Waiting[] = [];
  /** Links that are being made, one for each seat, and since when; the first to be given up is the first. */
  readonly #inTheMaking = new Map<SeatId, { readonly slot: SignalSlot; readonly sinceMs: number }>();
  /** Seats whose link did not come up in time. */
  readonly #idled: ExpiringKeys<SeatId>;
  #timer: NodeJS.Timeout | null = null;

  constructor({ clock, hasRoom, holdMs }: SignalLinksOptions) {
    this.#clock = clock;
    this.#hasRoom = hasRoom;
    this.#holdMs = holdMs;
    this.#idled = new ExpiringKeys(IDLED_MS, () => clock.monotonicMs());
  }

  /**
   * Resolves when this seat may open its link: at once while the door is quiet, after seven seconds at the latest. A seat whose link did not
   * come up in time before waits those seven seconds, and holds up nobody then.
   */
  turn(seatId: SeatId): Promise<SignalSlot> {
    return new Promise((open) => {
      this.#waiting.push({ seatId, sinceMs: this.#clock.monotonicMs(), open });
      this.#look();
    });
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#giveUp(nowMs);
    const stay: Waiting[] = [];
    let isFull = false;
    for (const waiting of this.#waiting) {
      const hasIdled = this.#idled.leftMs(waiting.seatId) !== null;
      // Another link of a seat takes the place of the one in the making.
      const isDue = waiting.sinceMs + LONGEST_MS <= nowMs || this.#inTheMaking.has(waiting.seatId);
      isFull ||= !hasIdled && !isDue && !this.#hasRoom(this.#inTheMaking.size);
      if (isDue || (!hasIdled && !isFull)) waiting.open(this.#take(waiting.seatId, hasIdled, nowMs));
      else stay.push(waiting);
    }
    this.#waiting = stay;
    if (stay.length > 0) this.#lookAgain();
  }

  #take(seatId: SeatId, hasIdled: boolean, nowMs: number): SignalSlot {
    const slot = {
      release: () => {
        if (this.#inTheMaking.get(seatId)?.slot !== slot) return;
        this.#inTheMaking.delete(seatId);
        this.#look();
      },
    };
    // Whoever asks again before the link is up has no more time for it. Set again, it keeps its place in the map.
    const sinceMs = this.#inTheMaking.get(seatId)?.sinceMs ?? nowMs;
    if (!hasIdled) this.#inTheMaking.set(seatId, { slot, sinceMs });
    return slot;
  }

  #giveUp(nowMs: number): void {
    for (const [seatId, { sinceMs }] of this.#inTheMaking) {
      if (sinceMs + this.#holdMs > nowMs) break;
      this.#inTheMaking.delete(seatId);
      this.#idled.note(seatId);
    }
  }

  #lookAgain(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, LOOK_EVERY_MS).unref();
  }
}
