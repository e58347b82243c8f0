import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import type { MediaSource, SeatId } from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { ClassMedia } from './class-media.ts';
import { routerCapabilities } from './codecs.ts';
import type { MediaConfig } from './media-config.ts';
import type { MediaWorker } from './media-worker.ts';
import { MediaWorkers } from './media-workers.ts';
import { UNASKED } from './test-publishing.ts';

const BUDGET = 10_000;
const config: MediaConfig = {
  ...{ host: '127.0.0.1', announcedAddress: null, firstPort: 0, workers: 2, packetBudget: BUDGET, turn: null },
  floodLimits: DEFAULT_LIMITS.floodLimits,
  workerBinary: process.env['MEDIASOUP_WORKER_BIN'] ?? null,
};
const logger = pino({ level: 'silent' });
const newSeat = () => seatIdSchema.parse(randomUUID());

let workers: MediaWorkers;
const classes: ClassMedia[] = [];
const stopped: number[] = [];

beforeEach(async () => {
  workers = await MediaWorkers.start(config, logger);
});
afterEach(async () => {
  for (const pid of stopped.splice(0)) process.kill(pid, 'SIGCONT');
  for (const media of classes.splice(0)) media.close();
  await workers.close();
});

function openClass(): ClassMedia {
  const media = new ClassMedia(config, workers, UNASKED, logger, false);
  classes.push(media);
  return media;
}

/** It answers nothing from now on, as on a machine that hangs; nobody looks after it here. */
function freeze({ running }: MediaWorker): void {
  const { pid } = running!.worker;
  process.kill(pid, 'SIGSTOP');
  stopped.push(pid);
}

let ssrc = 1_000;
async function publish(media: ClassMedia, seatId: SeatId, source: MediaSource): Promise<void> {
  const { transportId } = await media.openTransport(seatId, false, 'stage');
  const audio = source === 'microphone';
  const codec = audio
    ? { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }
    : { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
  const rtpParameters = { mid: '0', codecs: [codec], encodings: [{ ssrc: (ssrc += 10) }] };
  await media.produce(seatId, { transportId, source, kind: audio ? 'audio' : 'video', rtpParameters, paused: false });
}

async function receive(media: ClassMedia, seatId: SeatId): Promise<void> {
  const { transportId } = await media.openTransport(seatId, true, 'receive');
  const offers = await media.receive(seatId, { transportId, rtpCapabilities: routerCapabilities() });
  await media.resumeConsumers(
    seatId,
    offers.map(({ consumerId }) => consumerId),
  );
}

/** Somebody on each worker, the first of whom sits where the stage is. */
async function onBoth(media: ClassMedia): Promise<{ stage: MediaWorker; other: MediaWorker; there: SeatId }> {
  const [stage, other] = workers.all() as [MediaWorker, MediaWorker];
  await receive(media, newSeat());
  stage.load.add({ perSecond: 9_000 });
  const there = newSeat();
  await receive(media, there);
  return { stage, other, there };
}

it('holds up nobody who asks how much the stage sends', async () => {
  const media = openClass();
  await publish(media, newSeat(), 'microphone');
  freeze(workers.all()[0]!);
  await media.sampleRates();
  expect(media.counts().producers).toBe(1);
});

it('keeps nobody else from what a class gives up', async () => {
  const media = openClass();
  await publish(media, newSeat(), 'camera');
  const { stage, there } = await onBoth(media);
  const held: SeatId[] = [];
  media.on('consumers-held-back', (seatId) => held.push(seatId));
  freeze(stage);
  for (let nowMs = 0; media.shedding.state.step !== 'camera'; nowMs += 5_000) {
    stage.load.add({ perSecond: BUDGET });
    void media.shedding.review(nowMs, { giveUp: 'when-near', everything: false, takeBack: true });
  }
  await expect.poll(() => held).toEqual([there]);
});

it('keeps nobody else from hearing what is new on the stage', async () => {
  const media = openClass();
  await publish(media, newSeat(), 'microphone');
  const { other } = await onBoth(media);
  const opened: SeatId[] = [];
  media.on('consumers-opened', (seatId) => opened.push(seatId));
  freeze(other);
  await publish(media, newSeat(), 'camera');
  await expect.poll(() => opened).toHaveLength(1);
});
