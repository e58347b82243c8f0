import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { LecternError } from '@lectern/contracts';
import type { ClientBody, MediaSource, SeatId } from '@lectern/contracts';
import { AnswersInTime } from './answers-in-time.ts';
import { withClientParameters } from './client-fault.ts';
import { openOn } from './open-on.ts';
import type { SeatMedia, StageProducer } from './seat-media.ts';
import { ProducerRates } from './producer-rates.ts';
import { Speaking } from './speaking.ts';

/** A storm of joins costs one key frame a second from each presenter, not one for each join. */
const KEY_FRAME_REQUEST_DELAY_MS = 1_000;

/** What browsers send without being told. */
const USUAL_AUDIO_PTIME_MS = 20;

interface Events {
  opened: [StageProducer];
  closed: [SeatId, string];
  speaking: [SeatId[]];
}

/** Where and what a seat wants to publish. */
export type ProduceRequest = ClientBody<'produce'>;

/** What is published on the stage of a class, and who speaks there. */
export class StageProducers extends EventEmitter<Events> {
  readonly #producers = new Map<string, StageProducer>();
  readonly #speaking = new Speaking();
  readonly #answers = new AnswersInTime<StageProducer>();

  constructor() {
    super();
    this.#speaking.on('changed', (seatIds) => this.emit('speaking', seatIds));
  }

  get count(): number {
    return this.#producers.size;
  }

  /** Who speaks now, loudest first. */
  get speaking(): readonly SeatId[] {
    return this.#speaking.now;
  }

  all(): StageProducer[] {
    return [...this.#producers.values()];
  }

  /** Publishes a source; one that the seat published under the same name before is closed. Gives the producer's id. */
  open(seat: SeatMedia, { transportId, source, kind, rtpParameters, paused }: ProduceRequest): Promise<string> {
    if (kindOf(source) !== kind) throw new LecternError('bad-request');
    return seat.inTurn(async () => {
      const { transport, router } = seat.transport(transportId, 'stage');
      for (const earlier of seat.producers.values()) if (earlier.source === source) earlier.producer.close();
      const { seatId } = seat;
      const producer = await withClientParameters(() =>
        openOn(
          transport,
          transport.produce({
            kind,
            rtpParameters: rtpParameters as types.RtpParameters,
            paused,
            ...(kind === 'video' ? { keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS } : {}),
            appData: { seatId, source },
          }),
        ),
      );
      const rates = new ProducerRates(
        source,
        producer.rtpParameters.encodings ?? [{}],
        ptimeMsOf(producer),
        performance.now(),
      );
      this.#keep(seat, { seatId, source, producer, router, rates });
      return producer.id;
    });
  }

  /** Takes note of what each producer has sent since the last time; waits for no worker that does not answer. */
  sampleRates(): Promise<void> {
    return this.#answers.ask(this.#producers.values(), async ({ producer, rates }) => {
      const streams = await producer.getStats();
      if (streams.length > 0) rates.sample(streams, performance.now());
    });
  }

  #keep(seat: SeatMedia, kept: StageProducer): void {
    const { producer, source, seatId, rates } = kept;
    const followPause = () => {
      rates.setPaused(producer.paused);
    };
    followPause();
    producer.observer.on('pause', followPause);
    producer.observer.on('resume', followPause);
    seat.producers.set(producer.id, kept);
    this.#producers.set(producer.id, kept);
    producer.observer.once('close', () => {
      seat.producers.delete(producer.id);
      this.#producers.delete(producer.id);
      this.emit('closed', seatId, producer.id);
    });
    if (source === 'microphone') this.#speaking.add(kept);
    this.emit('opened', kept);
  }
}

/** As the page announced it: how much sound a packet holds is the sender's choice. */
function ptimeMsOf({ rtpParameters }: types.Producer): number {
  const ptimeMs = Number(rtpParameters.codecs[0]?.parameters?.['ptime']);
  return ptimeMs >= 10 && ptimeMs <= 120 ? ptimeMs : USUAL_AUDIO_PTIME_MS;
}

function kindOf(source: MediaSource): 'audio' | 'video' {
  return source === 'camera' || source === 'screen' ? 'video' : 'audio';
}
