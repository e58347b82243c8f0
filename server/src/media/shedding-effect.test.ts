import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import type { ConsumerOffer, SheddingStep } from '@lectern/contracts';
import { observer } from 'mediasoup';
import type { types } from 'mediasoup';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { ClassMedia } from './class-media.ts';
import { routerCapabilities } from './codecs.ts';
import { MediaWorkers } from './media-workers.ts';
import type { PacketRate } from './packet-load.ts';
import { publish, UNASKED, watch } from './test-publishing.ts';

const BUDGET = 10_000;
const logger = pino({ level: 'silent' });
const newSeat = () => seatIdSchema.parse(randomUUID());

let workers: MediaWorkers;
let media: ClassMedia;
/** Every consumer of the worker, as mediasoup knows it. */
const consumers = new Map<string, types.Consumer>();

beforeEach(async () => {
  consumers.clear();
  observer.once('newworker', (worker) => {
    worker.observer.on('newrouter', (router) => {
      router.observer.on('newtransport', (transport) => {
        transport.observer.on('newconsumer', (consumer) => consumers.set(consumer.id, consumer));
      });
    });
  });
  workers = await MediaWorkers.start(
    {
      ...{ host: '127.0.0.1', announcedAddress: null, firstPort: 0, workers: 1, packetBudget: BUDGET, turn: null },
      floodLimits: DEFAULT_LIMITS.floodLimits,
      workerBinary: process.env['MEDIASOUP_WORKER_BIN'] ?? null,
    },
    logger,
  );
  media = new ClassMedia(
    {
      host: '127.0.0.1',
      announcedAddress: null,
      firstPort: 0,
      workers: 1,
      workerBinary: null,
      packetBudget: null,
      turn: null,
      floodLimits: DEFAULT_LIMITS.floodLimits,
    },
    workers,
    UNASKED,
    logger,
    false,
  );
});
afterEach(async () => {
  media.close();
  await workers.close();
});

/** A stage with a voice, a screen that has sound, and two cameras, and a student who sees the screen and the first camera large. */
async function classroom() {
  const [ada, ben, sam] = [newSeat(), newSeat(), newSeat()];
  const { transportId } = await media.openTransport(ada, false, 'stage');
  await publish(media, ada, transportId, 'microphone');
  await publish(media, ada, transportId, 'screen');
  await publish(media, ada, transportId, 'screen-audio');
  const large = await publish(media, ada, transportId, 'camera');
  const second = await media.openTransport(ben, true, 'stage');
  const small = await publish(media, ben, second.transportId, 'camera');
  const offers = await watch(media, sam);
  const of = (match: (offer: ConsumerOffer) => boolean) => consumers.get(offers.find(match)!.consumerId)!;
  const seen = {
    voice: of(({ source }) => source === 'microphone'),
    screen: of(({ source }) => source === 'screen'),
    screenAudio: of(({ source }) => source === 'screen-audio'),
    large: of(({ producerId }) => producerId === large),
    small: of(({ producerId }) => producerId === small),
  };
  await media.preferLayers(sam, { consumerId: seen.large.id, spatialLayer: 2 });
  await media.preferLayers(sam, { consumerId: seen.small.id, spatialLayer: 0 });
  return { sam, seen };
}

let nowMs = 0;
async function at(share: number): Promise<void> {
  const { load } = workers.all()[0]!;
  const rest: PacketRate = { perSecond: BUDGET * share - load.perSecond };
  load.add(rest);
  await media.shedding.review((nowMs += 5_000), { giveUp: 'when-near', everything: false, takeBack: true });
  load.remove(rest);
}

/** Lets the pressure stay for ten seconds, or half a minute, and gives the step that came of it. */
async function under(share: number): Promise<SheddingStep> {
  for (let passed = 0; passed <= (share > 0.9 ? 10 : 30); passed += 5) await at(share);
  // The time that it has lasted begins anew for the next step.
  await at(0.8);
  return media.shedding.state.step;
}

const pausedOf = (seen: Record<string, types.Consumer>) =>
  Object.entries(seen).flatMap(([name, consumer]) => (consumer.paused ? [name] : []));

it('gives up thumbnails, layers, frames, cameras and the screen with its sound in this order, and never a voice', async () => {
  const { seen } = await classroom();
  const steps: [SheddingStep, string[], unknown, unknown][] = [];
  for (let n = 0; n < 5; n += 1) {
    const step = await under(0.95);
    steps.push([step, pausedOf(seen), seen.large.preferredLayers, seen.screen.preferredLayers]);
  }
  const top = { spatialLayer: 0, temporalLayer: 2 };
  const thin = { spatialLayer: 0, temporalLayer: 0 };
  expect(steps).toEqual([
    ['thumbnails', ['small'], { spatialLayer: 2, temporalLayer: 2 }, top],
    ['camera-layers', ['small'], { spatialLayer: 0, temporalLayer: 2 }, top],
    ['frame-rate', ['small'], thin, thin],
    ['camera', ['large', 'small'], thin, thin],
    ['screen', ['screen', 'screenAudio', 'large', 'small'], thin, thin],
  ]);
  expect(await under(0.95)).toBe('screen');
  expect(seen.voice.paused).toBe(false);
  expect(await under(0.5)).toBe('camera');
  expect(pausedOf(seen)).toEqual(['large', 'small']);
});

it('keeps what the page wants meanwhile, and gives that back', async () => {
  const { sam, seen } = await classroom();
  const told: string[][] = [];
  media.on('consumers-held-back', (_seat, ids) => told.push(ids));
  for (let n = 0; n < 4; n += 1) await under(0.95);
  expect(told).toEqual([[seen.small.id], [seen.large.id, seen.small.id]]);
  // The page hides the large camera, wants the small one large, and pauses and resumes the screen.
  await media.pauseConsumers(sam, [seen.large.id, seen.screen.id]);
  await media.preferLayers(sam, { consumerId: seen.small.id, spatialLayer: 1 });
  await media.resumeConsumers(sam, [seen.small.id, seen.screen.id]);
  expect(pausedOf(seen)).toEqual(['large', 'small']);
  expect(await under(0.5)).toBe('frame-rate');
  expect([pausedOf(seen), seen.small.preferredLayers]).toEqual([['large'], { spatialLayer: 0, temporalLayer: 0 }]);
  for (const step of ['camera-layers', 'thumbnails', 'none']) expect(await under(0.5)).toBe(step);
  expect([pausedOf(seen), seen.small.preferredLayers]).toEqual([['large'], { spatialLayer: 1, temporalLayer: 2 }]);
  await media.resumeConsumers(sam, [seen.large.id]);
  expect(pausedOf(seen)).toEqual([]);
  expect(seen.large.preferredLayers).toEqual({ spatialLayer: 2, temporalLayer: 2 });
  expect(told.at(-1)).toEqual([]);
});

it('holds back from the start what somebody gets who comes later, and says so in the offer', async () => {
  await classroom();
  for (let n = 0; n < 4; n += 1) await under(0.95);
  const late = newSeat();
  const { transportId } = await media.openTransport(late, true, 'receive');
  const offers = await media.receive(late, { transportId, rtpCapabilities: routerCapabilities() });
  expect(offers.map(({ source, heldBack }) => [source, heldBack])).toEqual([
    ['microphone', false],
    ['screen', false],
    ['screen-audio', false],
    ['camera', true],
    ['camera', true],
  ]);
  await media.resumeConsumers(
    late,
    offers.map(({ consumerId }) => consumerId),
  );
  expect(offers.map(({ consumerId }) => consumers.get(consumerId)?.paused)).toEqual([false, false, false, true, true]);
  const { consumers: told } = await media.linkStats(late);
  expect(told.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'held-back', 'held-back']);
});
