import type { Logger } from 'pino';
import { LecternError } from '@lectern/contracts';
import type { ClientBody, SeatId } from '@lectern/contracts';
import { orMediaGone, withClientParameters } from './client-fault.ts';
import { openOn } from './open-on.ts';
import type { SeatMedia } from './seat-media.ts';
import { SignalIntake } from './signal-intake.ts';

/** The data producers of a class: one for each seat that contributes, cut when it floods. */
export class SignalProducers {
  readonly #intake: SignalIntake;
  readonly #logger: Logger;

  /** `accept` gets the bytes of each datagram as they came in. */
  constructor(accept: (seatId: SeatId, bytes: Uint8Array) => void, logger: Logger) {
    this.#intake = new SignalIntake(accept);
    this.#logger = logger;
  }

  /** Opens the one data producer of a seat; an earlier one is closed. Gives its id. */
  open(seat: SeatMedia, body: ClientBody<'produce-signal'>): Promise<string> {
    const { streamId } = body.sctpStreamParameters;
    if (streamId === undefined) throw new LecternError('bad-request');
    return seat.inTurn(async () => {
      const { transport, router } = seat.transport(body.transportId, 'signal');
      seat.dataProducer?.close();
      const dataProducer = await withClientParameters(() =>
        openOn(
          transport,
          transport.produceData({ sctpStreamParameters: { streamId, ordered: false }, label: 'signal' }),
        ),
      );
      seat.dataProducer = dataProducer;
      dataProducer.observer.once('close', () => {
        if (seat.dataProducer === dataProducer) seat.dataProducer = null;
      });
      const onMessage = this.#intake.open(seat.seatId, () => {
        this.#logger.warn({ seatId: seat.seatId }, 'a signal channel sent far more than windows give and was closed');
        seat.closeTransport('signal');
      });
      await orMediaGone(() => router.takeMessages(dataProducer, onMessage));
      return dataProducer.id;
    });
  }
}
