import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { DATA_SECTION, TestTransport } from '../signalling/test-transport.ts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { ClassMedia } from './class-media.ts';
import type { MediaConfig } from './media-config.ts';
import { MediaWorkers } from './media-workers.ts';
import { UNASKED } from './test-publishing.ts';

const config: MediaConfig = {
  ...{ host: '127.0.0.1', announcedAddress: null, firstPort: 0, workers: 1, packetBudget: null, turn: null },
  floodLimits: DEFAULT_LIMITS.floodLimits,
  workerBinary: process.env['MEDIASOUP_WORKER_BIN'] ?? null,
};

it('counts a link on its worker once it has come up, not when it is made', async () => {
  const logger = pino({ level: 'silent' });
  const workers = await MediaWorkers.start(config, logger);
  const media = new ClassMedia(config, workers, UNASKED, logger, false);
  const seatId = seatIdSchema.parse(randomUUID());
  const options = await media.openTransport(seatId, true, 'signal');
  const { load } = workers.all()[0]!;
  expect(load.handshakes).toBe(0);
  const peer = new TestTransport({ name: 'Sam', connect: (body) => media.connectTransport(seatId, body) }, options);
  peer.peer.createDataChannel('signal', { negotiated: true, id: 1, unordered: true });
  await peer.connectSending([DATA_SECTION]);
  await expect.poll(() => load.handshakes).toBe(1);
  peer.close();
  media.close();
  await workers.close();
});
