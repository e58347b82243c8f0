import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { MEDIA_CODECS } from './codecs.ts';

const RECEIVERS = 100;
/** A voice packet of 60 ms, and a full packet of a picture. */
const PAYLOADS = [
  { bytes: 180, count: 40 },
  { bytes: 1_100, count: 20 },
] as const;
const WARM_UP = 5;
/** Packets that come one by one, as in a class, cost more than a burst of them. */
const GAP_MS = 2;
/** More than twenty times what it takes. */
const MOST_MS = 5_000;
const SSRC = 1_111;
const CRYPTO_SUITE = 'AEAD_AES_128_GCM';
const KEY_AND_SALT_BYTES = 28;
const OPUS = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 } as const;

/**
 * Microseconds of CPU that a worker on this machine takes for one sent packet: a worker of its own sends SRTP through real
 * sockets to the loopback for about 200 ms. Rejects when that does not work, or takes longer than 5 s; leaves nothing behind.
 */
export async function measurePacketCost(workerBinary: string | null, signal: AbortSignal): Promise<number> {
  const worker = await mediasoup.createWorker({
    logLevel: 'none',
    ...(workerBinary === null ? {} : { workerBin: workerBinary }),
  });
  const sink = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  const end = AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]);
  try {
    return await Promise.race([measure(worker, sink), rejectionOf(end)]);
  } finally {
    worker.close();
    sink.close();
  }
}

async function measure(worker: types.Worker, sink: Socket): Promise<number> {
  const arrived = await listen(sink);
  const router = await worker.createRouter({ mediaCodecs: [...MEDIA_CODECS] });
  const direct = await router.createDirectTransport();
  const producer = await direct.produce({
    kind: 'audio',
    rtpParameters: { codecs: [OPUS], encodings: [{ ssrc: SSRC }] },
  });
  await Promise.all(Array.from({ length: RECEIVERS }, () => addReceiver(router, producer, sink.address().port)));
  const stream = new PacketStream(producer);
  await stream.send(WARM_UP, PAYLOADS[0].bytes);
  const before = await worker.getResourceUsage();
  for (const { count, bytes } of PAYLOADS) await stream.send(count, bytes);
  // The answer comes after everything that was handed to the worker before.
  const after = await worker.getResourceUsage();
  if (arrived() === 0) throw new Error('no packet arrived');
  const cpuMs = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime;
  const packets = RECEIVERS * PAYLOADS.reduce((sum, { count }) => sum + count, 0);
  if (cpuMs <= 0) throw new Error('no CPU time was measured');
  return (cpuMs * 1_000) / packets;
}

async function listen(sink: Socket): Promise<() => number> {
  let arrived = 0;
  sink.on('message', () => (arrived += 1));
  await new Promise<void>((resolve, reject) => {
    sink.once('error', reject);
    sink.bind(0, '127.0.0.1', resolve);
  });
  return () => arrived;
}

async function addReceiver(router: types.Router, producer: types.Producer, port: number): Promise<void> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    enableSrtp: true,
    srtpCryptoSuite: CRYPTO_SUITE,
  });
  const keyBase64 = randomBytes(KEY_AND_SALT_BYTES).toString('base64');
  await transport.connect({ ip: '127.0.0.1', port, srtpParameters: { cryptoSuite: CRYPTO_SUITE, keyBase64 } });
  await transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
}

class PacketStream {
  readonly #producer: types.Producer;
  #sequence = 0;

  constructor(producer: types.Producer) {
    this.#producer = producer;
  }

  async send(count: number, payloadBytes: number): Promise<void> {
    for (let sent = 0; sent < count; sent += 1) {
      this.#producer.send(this.#packet(payloadBytes));
      await delay(GAP_MS);
    }
  }

  /** RFC 3550, section 5.1: version 2, no extension. */
  #packet(payloadBytes: number): Buffer {
    const packet = Buffer.alloc(12 + payloadBytes, 0x5a);
    this.#sequence += 1;
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8(OPUS.payloadType, 1);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#sequence * 2_880, 4);
    packet.writeUInt32BE(SSRC, 8);
    return packet;
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('it was stopped'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
