import { LecternError } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import { ExpiringKeys } from '../expiring-keys.ts';
import type { TransportPurpose } from './class-router.ts';

/** Which seats may not open which link for now, since they flooded it. */
export class BarredLinks {
  readonly #barred: ExpiringKeys<string>;

  /** `barMs`: so long whoever flooded a link opens no other one of its kind. */
  constructor(barMs: number, nowMs: () => number = () => performance.now()) {
    this.#barred = new ExpiringKeys(barMs, nowMs);
  }

  bar(seatId: SeatId, purpose: TransportPurpose): void {
    this.#barred.note(`${seatId} ${purpose}`);
  }

  /** Throws `too-many`, with the time to wait. */
  check(seatId: SeatId, purpose: TransportPurpose): void {
    const leftMs = this.#barred.leftMs(`${seatId} ${purpose}`);
    if (leftMs !== null) throw new LecternError('too-many', { retryAfterMs: Math.ceil(leftMs) });
  }
}
