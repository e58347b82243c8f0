import type { SeatId } from '@lectern/contracts';

/**
 * What students answered when asked for one permission: true, false, or null while they were not asked. Visible to nobody
 * else, and kept for the whole class: whoever comes back is not asked again.
 */
export class StudentAnswers {
  readonly #answers = new Map<SeatId, boolean>();

  answer(seatId: SeatId): boolean | null {
    return this.#answers.get(seatId) ?? null;
  }

  isGranted(seatId: SeatId): boolean {
    return this.#answers.get(seatId) === true;
  }

  set(seatId: SeatId, granted: boolean): void {
    this.#answers.set(seatId, granted);
  }
}
