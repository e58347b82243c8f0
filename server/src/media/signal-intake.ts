import type { SeatId } from '@lectern/contracts';

/**
 * A device sends one datagram every five seconds, and after an outage at most two minutes of them at once. Ten times
 * that within one second is no honest device.
 */
const MOST_DATAGRAMS_PER_S = 240;

/** Hands on each datagram as it came in; a channel that floods is cut within a second. */
export class SignalIntake {
  readonly #accept: (seatId: SeatId, bytes: Uint8Array) => void;
  readonly #nowMs: () => number;

  constructor(accept: (seatId: SeatId, bytes: Uint8Array) => void, nowMs: () => number = () => performance.now()) {
    this.#accept = accept;
    this.#nowMs = nowMs;
  }

  /** The receiver of one seat's messages; `cut` is called once, when it floods. */
  open(seatId: SeatId, cut: () => void): (bytes: Uint8Array) => void {
    let secondStartedMs = this.#nowMs();
    let inThisSecond = 0;
    let wasCut = false;
    return (bytes) => {
      if (wasCut) return;
      const nowMs = this.#nowMs();
      if (nowMs - secondStartedMs >= 1_000) {
        secondStartedMs = nowMs;
        inThisSecond = 0;
      }
      inThisSecond += 1;
      if (inThisSecond > MOST_DATAGRAMS_PER_S) {
        wasCut = true;
        cut();
        return;
      }
      this.#accept(seatId, bytes);
    };
  }
}
