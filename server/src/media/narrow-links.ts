import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Audience } from './audience.ts';
import { arrivesWhole, isLayered } from './congestion-control.ts';
import type { SeatConsumer, SeatMedia } from './seat-media.ts';
import { NEAR } from './shedding.ts';
import { pressureOf } from './worker-pressure.ts';

/** What this costs a worker shows in its figures only seconds later. */
const PACE_MS = 100;

/**
 * Congestion control for those alone whose link needs it. Pictures begin without; a page that says its link is late or loses
 * packets gets them anew with it, ten pages of a class a second, while their worker has room for what that costs. A worker
 * without room sheds pictures instead.
 */
export class NarrowLinks {
  readonly #audience: Audience;
  readonly #logger: Logger;
  readonly #waiting = new Set<SeatMedia>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(audience: Audience, logger: Logger) {
    this.#audience = audience;
    this.#logger = logger;
  }

  /** The page of this seat says that its link is late or loses packets. */
  note(seat: SeatMedia): void {
    if (seat.congestionControl || this.#waiting.has(seat)) return;
    this.#waiting.add(seat);
    this.#work = this.#work
      .then(() => this.#control(seat))
      .catch((error: unknown) => {
        this.#logger.debug({ err: error, seatId: seat.seatId }, 'a narrow link got no congestion control');
      })
      .finally(() => this.#waiting.delete(seat));
  }

  async #control(seat: SeatMedia): Promise<void> {
    const { receive } = seat;
    if (!receive) return;
    const kept = [...receive.consumers.values()];
    if (!kept.some(bringsWhole) || pressureOf(receive.router.worker).share > NEAR) return;
    seat.congestionControl = true;
    await this.#audience.reopen(
      seat,
      kept.filter(({ consumer }) => isLayered(consumer)),
    );
    this.#logger.debug({ seatId: seat.seatId }, 'a narrow link has congestion control now');
    await delay(PACE_MS);
  }
}

/** True while it is sent, and came whole to the server: what is lost or late then is this link's doing. */
function bringsWhole({ consumer }: SeatConsumer): boolean {
  return !consumer.paused && !consumer.producerPaused && arrivesWhole(consumer);
}
