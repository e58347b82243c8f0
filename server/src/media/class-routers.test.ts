import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { ClassRouters } from './class-routers.ts';
import { MediaWorkers } from './media-workers.ts';

let workers: MediaWorkers;
beforeAll(async () => {
  workers = await MediaWorkers.start(
    {
      host: '127.0.0.1',
      announcedAddress: null,
      firstPort: 0,
      workers: 2,
      workerBinary: process.env['MEDIASOUP_WORKER_BIN'] ?? null,
      packetBudget: null,
      turn: null,
      floodLimits: DEFAULT_LIMITS.floodLimits,
    },
    pino({ level: 'silent' }),
  );
});
afterAll(() => workers.close());

it('gives the first two presenters one ingest router, however the load moves between them', async () => {
  const routers = new ClassRouters(workers);
  const first = routers.ingest();
  const picked = workers.all()[0]!;
  const busy = { perSecond: 1_000 };
  picked.load.add(busy);
  const second = routers.ingest();
  expect(await second).toBe(await first);
  expect(routers.count).toBe(1);
  picked.load.remove(busy);
  routers.close();
});

it('picks an ingest router anew after no worker could be picked', async () => {
  const routers = new ClassRouters(workers);
  const pick = vi.spyOn(workers, 'pick').mockRejectedValueOnce(new Error('none runs'));
  await expect(routers.ingest()).rejects.toThrow('none runs');
  const router = await routers.ingest();
  expect(await routers.ingest()).toBe(router);
  expect(pick).toHaveBeenCalledTimes(2);
  routers.close();
});
