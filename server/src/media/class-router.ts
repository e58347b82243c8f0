import type { types } from 'mediasoup';
import { DATAGRAM_BYTES, type SeatId } from '@lectern/contracts';
import { MEDIA_CODECS } from './codecs.ts';
import { openOn } from './open-on.ts';
import type { MediaWorker, RunningWorker } from './media-worker.ts';

export type TransportPurpose = 'receive' | 'stage' | 'signal';

/** Browsers send nothing larger over a transport that takes no more than this, and the worker drops what is. */
const MAX_DATAGRAM_BYTES = DATAGRAM_BYTES;
/** What congestion control begins with: it is for narrow links alone, and finds out within seconds what one of them carries. */
const FIRST_OUTGOING_BITRATE = 300_000;
/** Signal transports send nothing but SCTP acknowledgements. */
const SIGNAL_BUFFER_BYTES = 16 * 1024;

/** What a transport is made of, whatever it is made on. */
export function transportOptions(purpose: TransportPurpose) {
  const signal = purpose === 'signal';
  return {
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    initialAvailableOutgoingBitrate: FIRST_OUTGOING_BITRATE,
    enableSctp: signal,
    ...(signal
      ? {
          maxReceiveMessageSize: MAX_DATAGRAM_BYTES,
          maxSendMessageSize: MAX_DATAGRAM_BYTES,
          sctpSendBufferSize: SIGNAL_BUFFER_BYTES,
          sctpPerStreamSendQueueLimit: SIGNAL_BUFFER_BYTES,
          sctpMaxReceiverWindowBufferSize: SIGNAL_BUFFER_BYTES,
        }
      : {}),
  };
}

/** A class's router on one worker, with the one direct transport that takes the students' datagrams out of it. */
export class ClassRouter {
  readonly worker: MediaWorker;
  readonly router: types.Router;
  readonly #server: types.WebRtcServer;
  readonly #direct: types.DirectTransport;

  private constructor(
    worker: MediaWorker,
    server: types.WebRtcServer,
    router: types.Router,
    direct: types.DirectTransport,
  ) {
    this.worker = worker;
    this.#server = server;
    this.router = router;
    this.#direct = direct;
  }

  static async open(worker: MediaWorker, running: RunningWorker): Promise<ClassRouter> {
    const router = await running.worker.createRouter({ mediaCodecs: [...MEDIA_CODECS] });
    const direct = await openOn(router, router.createDirectTransport({ maxReceiveMessageSize: MAX_DATAGRAM_BYTES }));
    return new ClassRouter(worker, running.server, router, direct);
  }

  get closed(): boolean {
    return this.router.closed;
  }

  createTransport(purpose: TransportPurpose, seatId: SeatId): Promise<types.WebRtcTransport> {
    const options = { ...transportOptions(purpose), webRtcServer: this.#server, appData: { purpose, seatId } };
    return openOn(this.router, this.router.createWebRtcTransport(options));
  }

  /** Takes the messages of a student's data producer out of the router, until the producer closes. */
  async takeMessages(dataProducer: types.DataProducer, onMessage: (bytes: Uint8Array) => void): Promise<void> {
    const consumer = await openOn(this.#direct, this.#direct.consumeData({ dataProducerId: dataProducer.id }));
    consumer.on('message', onMessage);
  }

  close(): void {
    this.router.close();
  }
}
