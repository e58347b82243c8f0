import type { SeatId } from '@lectern/contracts';

/** Places kept for a while for those whose connection was lost. */
export class KeptPlaces {
  readonly #timers = new Map<SeatId, NodeJS.Timeout>();
  readonly #onOver: (seatId: SeatId) => void;

  constructor(onOver: (seatId: SeatId) => void) {
    this.#onOver = onOver;
  }

  get size(): number {
    return this.#timers.size;
  }

  /** Keeps a place for `forMs` from now on. */
  keep(seatId: SeatId, forMs: number): void {
    this.release(seatId);
    const timer = setTimeout(() => {
      this.#timers.delete(seatId);
      this.#onOver(seatId);
    }, forMs).unref();
    this.#timers.set(seatId, timer);
  }

  /** Whoever it was kept for is back, or has left for good. */
  release(seatId: SeatId): void {
    clearTimeout(this.#timers.get(seatId));
    this.#timers.delete(seatId);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
