import { randomUUID } from 'node:crypto';
import { classIdSchema, seatIdSchema } from '@lectern/contracts';
import type { ConsumerOffer, MediaSource, TransportOptions, WireRtpParameters } from '@lectern/contracts';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { pino } from 'pino';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { MEDIA_CODECS, routerCapabilities } from '../../src/media/codecs.ts';
import { SOCKET_BUFFER_BYTES } from '../../src/media/socket-buffers.ts';
import { startMedia } from '../../src/media/start-media.ts';

const HOST = '127.0.0.1';
const CONGESTION_CONTROL = /transport-wide-cc|abs-send-time/;

/** One side of a transport, as the measurement needs it. */
export interface OpenTransport {
  readonly options: TransportOptions;
  readonly connect: (dtlsParameters: object) => Promise<void>;
}
export interface Sender extends OpenTransport {
  produce(source: MediaSource, kind: 'audio' | 'video', rtpParameters: WireRtpParameters): Promise<void>;
}
export interface Receiver extends OpenTransport {
  consume(): Promise<readonly ConsumerOffer[]>;
  resume(): Promise<void>;
}

/** One worker with one class: the same for the server's own media and for mediasoup alone. */
export interface Room {
  readonly workerPid: number;
  sender(): Promise<Sender>;
  receiver(): Promise<Receiver>;
  close(): Promise<void>;
}

/** The media part of the server, as signalling uses it. */
export async function lecternRoom(workerBinary: string | null): Promise<Room> {
  const config = {
    host: HOST,
    announcedAddress: null,
    firstPort: 0,
    workers: 1,
    workerBinary,
    packetBudget: null,
    turn: null,
    floodLimits: DEFAULT_LIMITS.floodLimits,
  };
  const media = await startMedia(config, pino({ level: 'silent' }));
  const room = media.openClass(classIdSchema.parse(randomUUID()), false);
  const open = async (purpose: 'receive' | 'stage') => {
    const seatId = seatIdSchema.parse(randomUUID());
    const options = await room.openTransport(seatId, purpose === 'receive', purpose);
    const { transportId } = options;
    const connect = (dtlsParameters: object) =>
      room.connectTransport(seatId, { transportId, dtlsParameters: dtlsParameters as never });
    return { seatId, transportId, options, connect };
  };
  return {
    workerPid: media.workers()[0]?.pid ?? 0,
    sender: async () => {
      const { seatId, transportId, ...rest } = await open('stage');
      return {
        ...rest,
        produce: async (source, kind, rtpParameters) => {
          await room.produce(seatId, { transportId, source, kind, rtpParameters, paused: false });
        },
      };
    },
    receiver: async () => {
      const { seatId, transportId, ...rest } = await open('receive');
      let offers: readonly ConsumerOffer[] = [];
      return {
        ...rest,
        consume: async () =>
          (offers = await room.receive(seatId, { transportId, rtpCapabilities: routerCapabilities() })),
        resume: () =>
          room.resumeConsumers(
            seatId,
            offers.map(({ consumerId }) => consumerId),
          ),
      };
    },
    close: () => media.close(),
  };
}

/** mediasoup and nothing else: as little as forwards a stage. `congestionControl` as its own defaults have it, or without. */
export async function bareRoom(workerBinary: string | null, congestionControl: boolean): Promise<Room> {
  const worker = await mediasoup.createWorker({
    logLevel: 'error',
    ...(workerBinary === null ? {} : { workerBin: workerBinary }),
  });
  const buffers = { sendBufferSize: SOCKET_BUFFER_BYTES, recvBufferSize: SOCKET_BUFFER_BYTES };
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: HOST, ...buffers })),
  });
  const router = await worker.createRouter({ mediaCodecs: [...MEDIA_CODECS] });
  const producers: types.Producer[] = [];
  const all = router.rtpCapabilities;
  const rtpCapabilities = congestionControl
    ? all
    : { ...all, headerExtensions: (all.headerExtensions ?? []).filter(({ uri }) => !CONGESTION_CONTROL.test(uri)) };
  const open = async () => {
    const transport = await router.createWebRtcTransport({ webRtcServer, enableUdp: true, enableTcp: true });
    return {
      transport,
      options: optionsOf(transport),
      connect: (dtlsParameters: object) =>
        transport.connect({ dtlsParameters: dtlsParameters as types.DtlsParameters }),
    };
  };
  return {
    workerPid: worker.pid,
    sender: async () => {
      const { transport, ...rest } = await open();
      return {
        ...rest,
        produce: async (_source, kind, rtpParameters) => {
          producers.push(await transport.produce({ kind, rtpParameters: rtpParameters as types.RtpParameters }));
        },
      };
    },
    receiver: async () => {
      const { transport, ...rest } = await open();
      const consumers: types.Consumer[] = [];
      return {
        ...rest,
        consume: async () => {
          for (const { id } of producers)
            consumers.push(await transport.consume({ producerId: id, rtpCapabilities, paused: true }));
          return consumers.map(offerOf);
        },
        resume: async () => {
          for (const consumer of consumers) await consumer.resume();
        },
      };
    },
    close: async () => {
      const ended = new Promise<void>((resolve) => worker.once('subprocessclose', resolve));
      worker.close();
      await ended;
    },
  };
}

function optionsOf(transport: types.WebRtcTransport): TransportOptions {
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
  return { transportId: id, iceParameters, iceCandidates, dtlsParameters, iceServers: [] };
}

function offerOf({ id, producerId, kind, rtpParameters }: types.Consumer): ConsumerOffer {
  return {
    ...{ consumerId: id, producerId, kind, source: kind === 'audio' ? 'microphone' : 'camera' },
    ...{ seatId: seatIdSchema.parse(randomUUID()), rtpParameters: rtpParameters as WireRtpParameters },
    ...{ producerPaused: false, heldBack: false },
  };
}
