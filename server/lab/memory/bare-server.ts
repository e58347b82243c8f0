import { availableParallelism } from 'node:os';
import type { ConsumerOffer, TransportOptions, WireRtpParameters } from '@lectern/contracts';
import { seatIdSchema } from '@lectern/contracts';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { randomUUID } from 'node:crypto';
import { transportOptions } from '../../src/media/class-router.ts';
import { MEDIA_CODECS } from '../../src/media/codecs.ts';
import { SOCKET_BUFFER_BYTES } from '../../src/media/socket-buffers.ts';
import type { Asked, BareCalls } from './bare-calls.ts';

/**
 * A program: mediasoup and nothing else, with one router on each of its workers, as few lines as carry a class: a teacher's sound for
 * everybody, and a data channel for some. Told over IPC what to open.
 */
const HOST = '127.0.0.1';

interface Place {
  readonly router: types.Router;
  readonly webRtcServer: types.WebRtcServer;
  readonly direct: types.DirectTransport;
}

/** The mediasoup worker to run; without it the one that came with mediasoup. */
const [workerBin] = process.argv.slice(2);
const places = await Promise.all(Array.from({ length: availableParallelism() }, openPlace));
const [stage] = places;
if (!stage) throw new Error('a machine without a core');
const transports = new Map<string, { readonly transport: types.WebRtcTransport; readonly place: Place }>();
const consumers = new Map<string, types.Consumer>();
let producerId = '';
let next = 0;

async function openPlace(): Promise<Place> {
  const worker = await mediasoup.createWorker({ logLevel: 'error', ...(workerBin === undefined ? {} : { workerBin }) });
  const buffers = { sendBufferSize: SOCKET_BUFFER_BYTES, recvBufferSize: SOCKET_BUFFER_BYTES };
  const listenInfos = (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: HOST, ...buffers }));
  const webRtcServer = await worker.createWebRtcServer({ listenInfos });
  const router = await worker.createRouter({ mediaCodecs: [...MEDIA_CODECS] });
  return { router, webRtcServer, direct: await router.createDirectTransport() };
}

function at(transportId: string) {
  const found = transports.get(transportId);
  if (!found) throw new Error(`there is no transport ${transportId}`);
  return found;
}

const calls: BareCalls = {
  async open({ purpose, beside }): Promise<TransportOptions> {
    const place = purpose === 'stage' ? stage : beside === null ? places[next++ % places.length] : at(beside).place;
    if (!place) throw new Error('there is no router');
    const { webRtcServer, router } = place;
    const transport = await router.createWebRtcTransport({ ...transportOptions(purpose), webRtcServer });
    transports.set(transport.id, { transport, place });
    const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters } = transport;
    const sctp = sctpParameters ? { sctpParameters } : {};
    return { transportId: id, iceParameters, iceCandidates, dtlsParameters, ...sctp, iceServers: [] };
  },

  async connect({ transportId, dtlsParameters }) {
    await at(transportId).transport.connect({ dtlsParameters: dtlsParameters as types.DtlsParameters });
  },

  async produce({ transportId, rtpParameters }) {
    const kept = rtpParameters as types.RtpParameters;
    const producer = await at(transportId).transport.produce({ kind: 'audio', rtpParameters: kept });
    producerId = producer.id;
    for (const { router } of places)
      if (router !== stage.router) await stage.router.pipeToRouter({ producerId, router, enableSctp: false });
  },

  async consume({ transportId }): Promise<ConsumerOffer[]> {
    const { transport, place } = at(transportId);
    const { rtpCapabilities } = place.router;
    const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
    consumers.set(consumer.id, consumer);
    return [offerOf(consumer)];
  },

  async resume({ consumerId }) {
    await consumers.get(consumerId)?.resume();
  },

  async produceData({ transportId, streamId }) {
    const { transport, place } = at(transportId);
    const { id } = await transport.produceData({ sctpStreamParameters: { streamId, ordered: false } });
    await place.direct.consumeData({ dataProducerId: id });
  },
};

function offerOf({ id, kind, rtpParameters }: types.Consumer): ConsumerOffer {
  return {
    ...{ consumerId: id, producerId, kind, source: 'microphone', seatId: seatIdSchema.parse(randomUUID()) },
    ...{ rtpParameters: rtpParameters as WireRtpParameters, producerPaused: false, heldBack: false },
  };
}

process.on('message', ({ id, call, body }: Asked) => {
  void Promise.resolve(calls[call](body as never)).then((result) => process.send?.({ id, result }));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0 });
