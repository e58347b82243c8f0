import type { SeatId } from '@lectern/contracts';

/** Removals on their way to the record. What could not be written waits for another try. */
export class Removals {
  readonly #failed = new Map<SeatId, Date>();
  readonly #write: (seatId: SeatId, at: Date) => Promise<void>;

  /** `write` rejects when the record cannot be reached. */
  constructor(write: (seatId: SeatId, at: Date) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves once the removal is on record; rejects as `write` does, and it is tried again with `mend`. */
  async record(seatId: SeatId, at: Date): Promise<void> {
    try {
      await this.#write(seatId, at);
    } catch (error) {
      this.#failed.set(seatId, at);
      throw error;
    }
  }

  /** Tries once more what failed before; to be called now and then. Never rejects. */
  async mend(): Promise<void> {
    const failed = [...this.#failed];
    this.#failed.clear();
    await Promise.allSettled(failed.map(([seatId, at]) => this.record(seatId, at)));
  }
}
