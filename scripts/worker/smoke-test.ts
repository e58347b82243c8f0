import { once } from 'node:events';
import { createWorker, type types } from 'mediasoup';
import type { PeerConnection } from 'node-datachannel';
import { answerFromTransport, dtlsParametersFromOffer } from './loopback-answer.ts';

/** What the smoke test of a worker binary covered. `reduced`: no WebRTC client was installed to shake hands with. */
export interface SmokeReport {
  coverage: 'full' | 'reduced';
}

const OPUS: types.RouterRtpCodecCapability = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 };
const LOOPBACK: types.TransportListenInfo = { protocol: 'udp', ip: '127.0.0.1' };

/**
 * Runs a worker binary through what a class needs of it: a router, SRTP both ways, and a data message from a real WebRTC
 * client over ICE, DTLS and SCTP. Rejects with what did not happen.
 */
async function smokeTest(workerBin: string): Promise<SmokeReport> {
  // Two of them: a pipe, and with it SRTP, runs between workers.
  const workers = await Promise.all([startWorker(workerBin), startWorker(workerBin)]);
  const died = new Promise<never>((_, reject) => {
    for (const worker of workers) worker.once('died', reject);
  });
  const run = async (): Promise<SmokeReport> => {
    const [router, farRouter] = await Promise.all([makeRouter(workers[0]), makeRouter(workers[1])]);
    await carryRtpThroughSrtp(router, farRouter);
    const client = await importClient();
    if (client !== null) await carryMessageThroughDtls(router, client);
    return { coverage: client === null ? 'reduced' : 'full' };
  };
  try {
    return await Promise.race([run(), died]);
  } finally {
    for (const worker of workers) worker.close();
  }
}

function startWorker(workerBin: string): Promise<types.Worker> {
  return createWorker({ workerBin, logLevel: 'error' });
}

function makeRouter(worker: types.Worker): Promise<types.Router> {
  return worker.createRouter({ mediaCodecs: [OPUS] });
}

/** RTP from one router to another through a pipe with SRTP, so that protecting and unprotecting both run. */
async function carryRtpThroughSrtp(router: types.Router, farRouter: types.Router): Promise<void> {
  const source = await router.createDirectTransport();
  const ssrc = 0x4c656374;
  const producer = await source.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48000, channels: 2 }],
      encodings: [{ ssrc }],
    },
  });
  await router.pipeToRouter({
    producerId: producer.id,
    router: farRouter,
    enableSrtp: true,
    listenInfo: LOOPBACK,
  });
  const sink = await farRouter.createDirectTransport();
  const consumer = await sink.consume({ producerId: producer.id, rtpCapabilities: farRouter.rtpCapabilities });
  let sequence = 0;
  const timer = setInterval(() => {
    producer.send(rtpPacket(ssrc, (sequence += 1)));
  }, 10);
  try {
    await once(consumer, 'rtp', { signal: AbortSignal.timeout(5_000) });
  } finally {
    clearInterval(timer);
  }
}

function rtpPacket(ssrc: number, sequence: number): Buffer {
  const packet = Buffer.alloc(12 + 40, 0x2a);
  packet[0] = 0x80;
  packet[1] = 100;
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(sequence * 960, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** One data message: client, ICE, DTLS, SCTP, worker, direct transport, here. */
async function carryMessageThroughDtls(router: types.Router, client: PeerConnection): Promise<void> {
  const transport = await router.createWebRtcTransport({ listenInfos: [LOOPBACK], enableSctp: true });
  // Creating the channel makes the client offer by itself, so listen first.
  const offered = new Promise<string>((resolve) => client.onLocalDescription(resolve));
  const channel = client.createDataChannel('smoke', { negotiated: true, id: 1, unordered: true });
  const offer = await offered;
  await transport.connect({ dtlsParameters: dtlsParametersFromOffer(offer) });
  const dataProducer = await transport.produceData({ sctpStreamParameters: { streamId: 1, ordered: false } });
  const sink = await router.createDirectTransport();
  const dataConsumer = await sink.consumeData({ dataProducerId: dataProducer.id });
  const arrived = once(dataConsumer, 'message', { signal: AbortSignal.timeout(10_000) });
  channel.onOpen(() => channel.sendMessageBinary(new Uint8Array([1, 2, 3])));
  client.setRemoteDescription(answerFromTransport(transport), 'answer');
  try {
    await arrived;
  } catch (error) {
    const state = `ICE ${transport.iceState}, DTLS ${transport.dtlsState}, SCTP ${String(transport.sctpState)}`;
    throw new Error(`no data message came through within 10 s (${state})`, { cause: error });
  } finally {
    client.close();
  }
}

async function importClient(): Promise<PeerConnection | null> {
  try {
    const { PeerConnection } = await import('node-datachannel');
    return new PeerConnection('smoke', { iceServers: [], bindAddress: '127.0.0.1' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

// A process of its own: a crash of the native client or a hang of the worker must not take the set-up with it.
const workerBin = process.argv[2];
if (workerBin === undefined) throw new Error('usage: node scripts/worker/smoke-test.ts WORKER_BINARY');
const report = await smokeTest(workerBin);
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
