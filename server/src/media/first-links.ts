import type { types } from 'mediasoup';
import type { MediaWorker } from './media-worker.ts';
import type { SeatMedia } from './seat-media.ts';

/** As many as the door lets in of each worker (docs/decisions/0076): more only let handshakes wait for each other. */
const AT_ONCE = 96;
/** Whose own network is slower holds up nobody. */
const LONGEST_MS = 1_000;

/** Those who wait on one worker, each with what begins their link. */
interface Line {
  readonly waiting: Map<SeatMedia, () => Promise<void>>;
  comingUp: number;
}

/**
 * Brings up the links of those who waited for the stage, so many of each worker at a time: when a class starts, all that wait in it would begin at
 * once, past the door.
 */
export class FirstLinks {
  readonly #lines = new Map<MediaWorker, Line>();

  /** True while anybody waits or comes up. */
  get busy(): boolean {
    return this.#lines.size > 0;
  }

  /** `begin` is called when it is this seat's turn, once however often it is added until then; not for a seat whose transport is gone. It never rejects. */
  add(seat: SeatMedia, begin: () => Promise<void>): void {
    const worker = seat.receive?.router.worker;
    if (!worker) return;
    const line = this.#lines.get(worker) ?? { waiting: new Map(), comingUp: 0 };
    this.#lines.set(worker, line);
    line.waiting.set(seat, begin);
    this.#go(worker, line);
  }

  #go(worker: MediaWorker, line: Line): void {
    for (const [seat, begin] of line.waiting) {
      if (line.comingUp >= AT_ONCE) return;
      line.waiting.delete(seat);
      const transport = seat.receive?.transport;
      if (!transport) continue;
      line.comingUp += 1;
      void begin()
        .then(() => isUp(transport))
        .finally(() => {
          line.comingUp -= 1;
          this.#go(worker, line);
        });
    }
    if (line.comingUp === 0) this.#lines.delete(worker);
  }
}

/** Resolves once the link is up, or comes to nothing, or has taken too long. */
function isUp(transport: types.WebRtcTransport): Promise<void> {
  const comesUp = () => !transport.closed && ['new', 'connecting'].includes(transport.dtlsState);
  if (!comesUp()) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (!comesUp()) end();
    };
    const end = () => {
      clearTimeout(timer);
      transport.off('dtlsstatechange', look);
      transport.observer.off('close', end);
      resolve();
    };
    const timer = setTimeout(end, LONGEST_MS).unref();
    transport.on('dtlsstatechange', look);
    transport.observer.once('close', end);
  });
}
