import { LecternError } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import type { TransportPurpose } from './class-router.ts';

/** Which seats may not open which link for now, since they flooded it. */
export class BarredLinks {
  readonly #barMs: number;
  readonly #nowMs: () => number;
  /** The first to be over is the first. */
  readonly #until = new Map<string, number>();

  /** `barMs`: so long whoever flooded a link opens no other one of its kind. */
  constructor(barMs: number, nowMs: () => number = () => performance.now()) {
    this.#barMs = barMs;
    this.#nowMs = nowMs;
  }

  bar(seatId: SeatId, purpose: TransportPurpose): void {
    const key = `${seatId} ${purpose}`;
    this.#until.delete(key);
    this.#until.set(key, this.#nowMs() + this.#barMs);
  }

  /** Throws `too-many`, with the time to wait. */
  check(seatId: SeatId, purpose: TransportPurpose): void {
    const nowMs = this.#nowMs();
    for (const [key, untilMs] of this.#until) {
      if (untilMs > nowMs) break;
      this.#until.delete(key);
    }
    const untilMs = this.#until.get(`${seatId} ${purpose}`);
    if (untilMs !== undefined) throw new LecternError('too-many', { retryAfterMs: Math.ceil(untilMs - nowMs) });
  }
}
