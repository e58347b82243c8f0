import type { SeatId } from '@lectern/contracts';

interface SignalIntakeOptions {
  readonly accept: (seatId: SeatId, bytes: Uint8Array) => void;
  /** More than so many within one second are a flood. */
  readonly datagramsPerSecond: number;
  readonly nowMs?: () => number;
}

/** Hands on each datagram as it came in; a channel that floods is cut within a second. */
export class SignalIntake {
  readonly #accept: SignalIntakeOptions['accept'];
  readonly #most: number;
  readonly #nowMs: () => number;

  constructor({ accept, datagramsPerSecond, nowMs = () => performance.now() }: SignalIntakeOptions) {
    this.#accept = accept;
    this.#most = datagramsPerSecond;
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
      if (inThisSecond > this.#most) {
        wasCut = true;
        cut();
        return;
      }
      this.#accept(seatId, bytes);
    };
  }
}
