import { LecternError } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';

/** Removals on their way to the record. What could not be written waits for another try. */
export class Removals {
  readonly #waiting = new Map<SeatId, Date>();
  readonly #write: (seatId: SeatId, at: Date) => Promise<void>;

  /** `write` rejects with `unavailable` when the record cannot be reached. */
  constructor(write: (seatId: SeatId, at: Date) => Promise<void>) {
    this.#write = write;
  }

  /** Writes a removal down; what the record cannot take now is tried again with `mend`. Never rejects. */
  async record(seatId: SeatId, at: Date): Promise<void> {
    this.#waiting.set(seatId, at);
    try {
      await this.#write(seatId, at);
    } catch (error) {
      // Another refusal than this one is the same at every try: the seat is gone, say, and nobody is left to keep out.
      if (!(error instanceof LecternError) || error.code === 'unavailable') return;
    }
    this.#waiting.delete(seatId);
  }

  /** Tries once more what is not on record yet; to be called now and then. Never rejects. */
  async mend(): Promise<void> {
    await Promise.all([...this.#waiting].map(([seatId, at]) => this.record(seatId, at)));
  }
}
