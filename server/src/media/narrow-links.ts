import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionQuality } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { Audience } from './audience.ts';
import { arrivesWhole } from './congestion-control.ts';
import { CORE_SHARE } from './packet-cost.ts';
import type { SeatConsumer, SeatMedia } from './seat-media.ts';
import { EASED, NEAR } from './shedding.ts';
import type { MediaWorker } from './media-worker.ts';
import { pressureOf } from './worker-pressure.ts';

/** What this costs a worker shows in its figures only seconds later. */
const PACE_MS = 100;
/** So long a link must bring all that is asked for and let through before it is taken for wide again; twice as long each time it was not. */
const WIDE_AFTER_MS = 120_000;

/** What is known of a link that was found narrow. */
interface Narrow {
  found: number;
  /** Since when it has brought all that its page asks for, as far as the server let it; null while it does not. */
  wideSinceMs: number | null;
}

/**
 * Congestion control for those alone whose link needs it. Pictures begin without; a page that says its link is late or loses
 * packets gets them anew with it, while their worker has room for what that costs: one without room sheds pictures instead.
 * Where a worker has use for it, links that have long brought everything go without again. Ten pages of a class a second.
 */
export class NarrowLinks {
  readonly #audience: Audience;
  readonly #logger: Logger;
  readonly #narrow = new WeakMap<SeatMedia, Narrow>();
  readonly #waiting = new Set<SeatMedia>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(audience: Audience, logger: Logger) {
    this.#audience = audience;
    this.#logger = logger;
  }

  /** The page of this seat says how good its link is. */
  note(seat: SeatMedia, quality: ConnectionQuality, nowMs: number): void {
    if (seat.congestionControl) {
      if (this.#isWideAgain(seat, quality, nowMs)) this.#inTurn(seat, () => this.#switch(seat, false));
    } else if (quality === 'fair' || quality === 'poor') {
      this.#inTurn(seat, () => this.#switch(seat, true));
    }
  }

  /** Resolves once all that was noted has had its turn. */
  async settled(): Promise<void> {
    await this.#work;
  }

  #isWideAgain(seat: SeatMedia, quality: ConnectionQuality, nowMs: number): boolean {
    const narrow = this.#narrow.get(seat);
    const { receive } = seat;
    if (!narrow || !receive) return false;
    const kept = [...receive.consumers.values()];
    const brings = quality === 'good' && kept.every((each) => each.control.heldBack || bringsWhatItMay(each));
    if (!brings) narrow.wideSinceMs = null;
    // What the server holds back says nothing of the link.
    else if (!kept.some(({ control }) => control.heldBack)) narrow.wideSinceMs ??= nowMs;
    if (narrow.wideSinceMs === null) return false;
    const long = nowMs - narrow.wideSinceMs >= WIDE_AFTER_MS * 2 ** (narrow.found - 1);
    return long && pressureOf(receive.router.worker).share > EASED;
  }

  /** One seat after the other, and each once. */
  #inTurn(seat: SeatMedia, work: () => Promise<boolean>): void {
    if (this.#waiting.has(seat)) return;
    this.#waiting.add(seat);
    this.#work = this.#work
      .then(async () => {
        if (await work()) await delay(PACE_MS);
      })
      .catch((error: unknown) => {
        this.#logger.debug({ err: error, seatId: seat.seatId }, 'the pictures of a link could not be opened anew');
      })
      .finally(() => this.#waiting.delete(seat));
  }

  /** False when nothing was to be done. */
  async #switch(seat: SeatMedia, on: boolean): Promise<boolean> {
    const { receive } = seat;
    if (!receive) return false;
    const kept = [...receive.consumers.values()];
    if (on && (!kept.some(bringsWhole) || isBusy(receive.router.worker))) return false;
    // While it waited for its turn it may have become narrow again.
    if (!on && (this.#narrow.get(seat)?.wideSinceMs ?? null) === null) return false;
    if (on) this.#narrow.set(seat, { found: (this.#narrow.get(seat)?.found ?? 0) + 1, wideSinceMs: null });
    seat.congestionControl = on;
    await this.#audience.reopen(
      seat,
      kept.filter(({ control }) => control.layered),
    );
    this.#logger.debug({ seatId: seat.seatId, on }, 'congestion control of a link was switched');
    return true;
  }
}

/** True while a worker has no room, or is so busy, with people who come in say, that it makes links late itself. */
function isBusy(worker: Pick<MediaWorker, 'load' | 'cost' | 'usage'>): boolean {
  return pressureOf(worker).share > NEAR || (worker.usage?.cpuShare ?? 0) > NEAR * CORE_SHARE;
}

/** True while it is sent, and came whole to the server: what is lost or late then is this link's doing. */
function bringsWhole({ consumer }: SeatConsumer): boolean {
  return !consumer.paused && !consumer.producerPaused && arrivesWhole(consumer);
}

/** True where the link leaves out no layer of those that the page asks for and the server lets through. */
function bringsWhatItMay({ consumer, control }: SeatConsumer): boolean {
  const { preferredLayers: asked, currentLayers: sent } = consumer;
  if (asked === undefined || !control.wanted || consumer.producerPaused) return true;
  if (sent === undefined) return false;
  return sent.spatialLayer >= asked.spatialLayer && (sent.temporalLayer ?? 0) >= (asked.temporalLayer ?? 0);
}
