import { LecternError } from '@lectern/contracts';
import type { ClientBody, SeatId } from '@lectern/contracts';
import { orMediaGone, withClientParameters } from './client-fault.ts';
import { openOn } from './open-on.ts';
import type { SeatMedia } from './seat-media.ts';
import { SignalIntake } from './signal-intake.ts';

interface SignalProducersOptions {
  /** Gets the bytes of each datagram as they came in. */
  readonly accept: (seatId: SeatId, bytes: Uint8Array) => void;
  /** This seat sent more than any page does; told once for each channel. */
  readonly flooded: (seat: SeatMedia) => void;
  readonly datagramsPerSecond: number;
}

/** The data producers of a class: one for each seat that contributes. */
export class SignalProducers {
  readonly #intake: SignalIntake;
  readonly #flooded: SignalProducersOptions['flooded'];

  constructor({ accept, flooded, datagramsPerSecond }: SignalProducersOptions) {
    this.#intake = new SignalIntake({ accept, datagramsPerSecond });
    this.#flooded = flooded;
  }

  /** Opens the one data producer of a seat; gives its id. Throws `bad-request` while it has one: no page of ours has two channels. */
  open(seat: SeatMedia, body: ClientBody<'produce-signal'>): Promise<string> {
    const { streamId } = body.sctpStreamParameters;
    if (streamId === undefined) throw new LecternError('bad-request');
    return seat.inTurn(async () => {
      const { transport, router } = seat.transport(body.transportId, 'signal');
      if (seat.dataProducer?.closed === false) throw new LecternError('bad-request');
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
        this.#flooded(seat);
      });
      await orMediaGone(() => router.takeMessages(dataProducer, onMessage));
      return dataProducer.id;
    });
  }
}
