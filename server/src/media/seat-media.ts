import type { types } from 'mediasoup';
import { LecternError } from '@lectern/contracts';
import type { ConsumerOffer, MediaSource, SeatId, WireRtpParameters } from '@lectern/contracts';
import type { ClassRouter, TransportPurpose } from './class-router.ts';
import type { ConsumerControl } from './consumer-control.ts';
import type { ProducerRates } from './producer-rates.ts';

export interface StageProducer {
  readonly seatId: SeatId;
  readonly source: MediaSource;
  readonly producer: types.Producer;
  readonly router: ClassRouter;
  readonly rates: ProducerRates;
}

export interface SeatConsumer {
  readonly consumer: types.Consumer;
  readonly of: StageProducer;
  readonly control: ConsumerControl;
}

export interface SeatTransport {
  readonly purpose: TransportPurpose;
  readonly router: ClassRouter;
  readonly transport: types.WebRtcTransport;
  /** By the monotonic clock. */
  readonly openedMs: number;
  /** Has its count asked a last time and closes it at once. Resolves once what is known of the count is taken into account; never rejects. */
  close(): Promise<void>;
}

export interface ReceiveTransport extends SeatTransport {
  /** What the device can decode; null until the page has said it. */
  capabilities: types.RtpCapabilities | null;
  /** By consumer id. */
  readonly consumers: Map<string, SeatConsumer>;
  /** Receives something, or is gone: from now on its worker's load is what is really sent. */
  readonly awaitsNoMore: () => void;
}

/** The media of one seat: at most one transport for each purpose, and what runs over it. */
export class SeatMedia {
  readonly seatId: SeatId;
  /** True for somebody who counts as audience: "396 hear you". */
  readonly student: boolean;
  readonly transports = new Map<TransportPurpose, SeatTransport>();
  receive: ReceiveTransport | null = null;
  /** By producer id. */
  readonly producers = new Map<string, StageProducer>();
  dataProducer: types.DataProducer | null = null;
  /** True while its link is taken for too narrow: pictures with layers are opened with congestion control. */
  congestionControl = false;
  /** False while the seat's signalling is lost. */
  connected = true;
  #hears = false;
  #closed = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(seatId: SeatId, student: boolean) {
    this.seatId = seatId;
    this.student = student;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What changes the seat's transports runs one after the other, so that two messages at once cannot make two. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(() => {
      if (this.#closed) throw new LecternError('media-gone');
      return work();
    });
    this.#work = result.catch(() => undefined);
    return result;
  }

  /** The seat's transport with this id; throws `media-gone`. */
  transport(transportId: string, purpose?: TransportPurpose): SeatTransport {
    for (const candidate of this.transports.values()) {
      const fits = purpose === undefined || candidate.purpose === purpose;
      if (candidate.transport.id === transportId && fits && !candidate.transport.closed) return candidate;
    }
    throw new LecternError('media-gone');
  }

  /** The seat's consumer with this id; undefined when it is gone, which a page may not have heard yet. */
  consumer(consumerId: string): SeatConsumer | undefined {
    return this.receive?.consumers.get(consumerId);
  }

  /** The seat's producer with this id; throws `media-gone`. */
  producer(producerId: string): StageProducer {
    const producer = this.producers.get(producerId);
    if (!producer) throw new LecternError('media-gone');
    return producer;
  }

  offers(): ConsumerOffer[] {
    return [...(this.receive?.consumers.values() ?? [])].map(offerOf);
  }

  /** True while the link is up and at least one consumer runs. */
  receivesNow(): boolean {
    if (!this.receive || !isUp(this.receive.transport)) return false;
    for (const { consumer } of this.receive.consumers.values()) if (!consumer.paused) return true;
    return false;
  }

  /** True while sound of the stage is being received: the link is up and at least one consumer of sound runs. */
  hearsNow(): boolean {
    if (!this.receive || !isUp(this.receive.transport)) return false;
    for (const { consumer } of this.receive.consumers.values()) {
      if (consumer.kind === 'audio' && !consumer.paused) return true;
    }
    return false;
  }

  /** Takes note of whether the seat hears; gives by how much the count of hearers changes. */
  noteHearing(): -1 | 0 | 1 {
    const hears = this.student && this.connected && !this.#closed && this.hearsNow();
    if (hears === this.#hears) return 0;
    this.#hears = hears;
    return hears ? 1 : -1;
  }

  /** Resolves as the transport's `close` does. */
  async closeTransport(purpose: TransportPurpose): Promise<void> {
    await this.transports.get(purpose)?.close();
  }

  close(): void {
    this.#closed = true;
    for (const kept of [...this.transports.values()]) void kept.close();
  }
}

/** DTLS stays connected when the network goes; ICE notices within half a minute. */
function isUp({ dtlsState, iceState }: types.WebRtcTransport): boolean {
  return dtlsState === 'connected' && (iceState === 'connected' || iceState === 'completed');
}

export function offerOf({ consumer, of, control }: SeatConsumer): ConsumerOffer {
  return {
    consumerId: consumer.id,
    producerId: consumer.producerId,
    seatId: of.seatId,
    source: of.source,
    kind: consumer.kind,
    rtpParameters: consumer.rtpParameters as WireRtpParameters,
    producerPaused: consumer.producerPaused,
    heldBack: control.heldBack,
  };
}
