import * as mediasoup from 'mediasoup';
import { afterEach, expect, it } from 'vitest';
import { MEDIA_CODECS } from './codecs.ts';
import { MediaObjects } from './media-objects.ts';

const NOTHING = { routers: 0, transports: 0, consumers: 0 };
const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
const workers: mediasoup.types.Worker[] = [];

async function watched() {
  const worker = await mediasoup.createWorker({ logLevel: 'none', ...(workerBin === undefined ? {} : { workerBin }) });
  workers.push(worker);
  const objects = new MediaObjects();
  objects.watch(worker);
  const router = await worker.createRouter({ mediaCodecs: [...MEDIA_CODECS] });
  const stage = await router.createDirectTransport();
  const audience = await router.createDirectTransport();
  const producer = await stage.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 100 }],
      encodings: [{ ssrc: 1_111 }],
    },
  });
  const consume = () =>
    audience.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities, paused: true });
  const consumer = await consume();
  await consume();
  return { worker, objects, router, stage, audience, consumer };
}
afterEach(() => {
  for (const worker of workers.splice(0)) worker.close();
});

it('counts what is open in a worker, and takes off whatever closes, by itself or with what holds it', async () => {
  const { objects, router, stage, audience, consumer } = await watched();
  expect(objects.counts).toEqual({ routers: 1, transports: 2, consumers: 2 });
  consumer.close();
  expect(objects.counts).toEqual({ routers: 1, transports: 2, consumers: 1 });
  stage.close();
  await expect.poll(() => objects.counts).toEqual({ routers: 1, transports: 1, consumers: 0 });
  audience.close();
  expect(objects.counts).toEqual({ routers: 1, transports: 0, consumers: 0 });
  router.close();
  expect(objects.counts).toEqual(NOTHING);
});

it('holds nothing of a worker that died', async () => {
  const { worker, objects } = await watched();
  process.kill(worker.pid, 'SIGKILL');
  await expect.poll(() => objects.counts).toEqual(NOTHING);
});
