import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import type { ConnectionQuality, ConsumerOffer, SeatId } from '@lectern/contracts';
import { observer } from 'mediasoup';
import type { types } from 'mediasoup';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { ClassMedia } from './class-media.ts';
import { routerCapabilities } from './codecs.ts';
import type { MediaConfig } from './media-config.ts';
import { MediaWorkers } from './media-workers.ts';
import { publish, UNASKED } from './test-publishing.ts';

const BUDGET = 10_000;
const config: MediaConfig = {
  ...{ host: '127.0.0.1', announcedAddress: null, firstPort: 0, workers: 1, packetBudget: BUDGET, turn: null },
  floodLimits: DEFAULT_LIMITS.floodLimits,
  workerBinary: process.env['MEDIASOUP_WORKER_BIN'] ?? null,
};
const logger = pino({ level: 'silent' });
const newSeat = () => seatIdSchema.parse(randomUUID());

let workers: MediaWorkers;
let media: ClassMedia;
let onTransport: (transport: types.Transport) => void = () => undefined;

beforeEach(async () => {
  observer.once('newworker', (worker) => {
    worker.observer.on('newrouter', (router) => {
      router.observer.on('newtransport', (transport) => {
        onTransport(transport);
      });
    });
  });
  workers = await MediaWorkers.start(config, logger);
  media = new ClassMedia(config, workers, UNASKED, logger, false);
});
afterEach(async () => {
  onTransport = () => undefined;
  vi.useRealTimers();
  media.close();
  await workers.close();
});

async function receive(seatId: SeatId): Promise<ConsumerOffer[]> {
  const { transportId } = await media.openTransport(seatId, true, 'receive');
  return media.receive(seatId, { transportId, rtpCapabilities: routerCapabilities() });
}

it('asks presenters for a key frame once a second at most, and has none asked of sound', async () => {
  const asked = new Map<string, number | undefined>();
  onTransport = (transport) => {
    const produce = transport.produce.bind(transport);
    vi.spyOn(transport, 'produce').mockImplementation((options) => {
      asked.set(String(options.appData?.['source']), options.keyFrameRequestDelay);
      return produce(options);
    });
  };
  const ada = newSeat();
  const { transportId } = await media.openTransport(ada, false, 'stage');
  for (const source of ['microphone', 'camera', 'screen'] as const) await publish(media, ada, transportId, source);
  expect(Object.fromEntries(asked)).toEqual({ microphone: undefined, camera: 1_000, screen: 1_000 });
});

it('opens what is new on the stage for fifty at a time, paused', async () => {
  const opened: types.Consumer[] = [];
  let opening = 0;
  let most = 0;
  onTransport = (transport) => {
    const consume = transport.consume.bind(transport);
    vi.spyOn(transport, 'consume').mockImplementation(async (options) => {
      opening += 1;
      most = Math.max(most, opening);
      try {
        return await consume(options);
      } finally {
        opening -= 1;
      }
    });
    transport.observer.on('newconsumer', (consumer) => opened.push(consumer));
  };
  const ada = newSeat();
  const { transportId } = await media.openTransport(ada, false, 'stage');
  await publish(media, ada, transportId, 'microphone');
  const seats = Array.from({ length: 120 }, newSeat);
  for (const seat of seats) await receive(seat);
  [most, opened.length] = [0, 0];
  const told = new Set<SeatId>();
  media.on('consumers-opened', (seatId) => told.add(seatId));
  await publish(media, ada, transportId, 'screen');
  await expect.poll(() => told.size).toBe(seats.length);
  expect([opened.length, opened.every(({ paused }) => paused), most]).toEqual([seats.length, true, 50]);
});

it('offers those who have no link yet all that is on the stage when it is their turn, which they ask for once', async () => {
  const turns = new Map<SeatId, () => void>();
  const asked: SeatId[] = [];
  const released = vi.fn();
  media.paceFirstLinks({
    hasTurn: () => false,
    turn: (seatId) => {
      asked.push(seatId);
      return new Promise((resolve) => {
        turns.set(seatId, () => {
          resolve({ release: released });
        });
      });
    },
  });
  const [early, late, gone] = [newSeat(), newSeat(), newSeat()];
  const told = new Map<SeatId, string[]>();
  media.on('consumers-opened', (seatId, offers) => {
    told.set(
      seatId,
      offers.map(({ source }) => source),
    );
  });
  for (const seat of [early, gone]) expect(await receive(seat)).toEqual([]);
  expect(asked).toEqual([]);
  const ada = newSeat();
  const { transportId } = await media.openTransport(ada, false, 'stage');
  await publish(media, ada, transportId, 'microphone');
  await publish(media, ada, transportId, 'camera');
  expect(await receive(late)).toEqual([]);
  expect(asked).toEqual([early, gone, late]);
  expect(told.size).toBe(0);
  media.closeSeat(gone);
  for (const take of turns.values()) take();
  await expect.poll(() => told.size).toBe(2);
  for (const seat of [early, late]) expect(told.get(seat)).toEqual(['microphone', 'camera']);
  expect(released).toHaveBeenCalledTimes(1);
});

it('opens pictures with congestion control where the link is narrow, and without once it has long been wide', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const consumers = new Map<string, types.Consumer>();
  onTransport = (transport) => {
    transport.observer.on('newconsumer', (consumer) => consumers.set(consumer.id, consumer));
  };
  const [ada, sam] = [newSeat(), newSeat()];
  const { transportId } = await media.openTransport(ada, false, 'stage');
  await publish(media, ada, transportId, 'microphone');
  await publish(media, ada, transportId, 'camera');
  /** Takes these in, as the page does, and gives whether each carries numbers for congestion control. */
  const taken = async (offers: ConsumerOffer[]): Promise<boolean[]> => {
    await media.resumeConsumers(
      sam,
      offers.map(({ consumerId }) => consumerId),
    );
    const pictures = offers.filter(({ source }) => source === 'camera');
    // As the worker reports it while all layers arrive, and go out.
    const whole = { score: 10, producerScore: 10, producerScores: [10, 10, 10] };
    for (const { consumerId } of pictures) {
      const consumer = consumers.get(consumerId)!;
      Object.defineProperty(consumer, 'score', { value: whole });
      Object.defineProperty(consumer, 'currentLayers', { value: consumer.preferredLayers });
    }
    return pictures.map(({ rtpParameters }) =>
      (rtpParameters.headerExtensions ?? []).some(({ uri }) => uri.includes('transport-wide-cc')),
    );
  };
  /** What is opened anew once the page has said this, again and again as pages do. */
  const reopenedOnce = async (quality: ConnectionQuality): Promise<ConsumerOffer[]> => {
    const reopened: ConsumerOffer[] = [];
    media.once('consumers-opened', (_seat, offers) => reopened.push(...offers));
    await expect
      .poll(() => {
        media.noteQuality(sam, quality);
        return reopened.length;
      })
      .toBe(1);
    return reopened;
  };
  expect(await taken(await receive(sam))).toEqual([false]);

  expect(await taken(await reopenedOnce('poor'))).toEqual([true]);

  const { load } = workers.all()[0]!;
  load.add({ perSecond: 0.8 * BUDGET - load.perSecond });
  media.noteQuality(sam, 'good');
  vi.advanceTimersByTime(120_000);
  expect(await taken(await reopenedOnce('good'))).toEqual([false]);
  // The earlier ones are closed; sound was never touched.
  expect([...consumers.values()].filter(({ closed }) => !closed).map(({ kind }) => kind)).toEqual(['audio', 'video']);
});
