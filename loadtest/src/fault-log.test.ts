import { expect, it, vi } from 'vitest';
import { FaultLog } from './fault-log.ts';

it('keeps when what was broken, and whom it served', async () => {
  vi.useFakeTimers({ now: 1_000 });
  const done: (string | number | null)[] = [];
  const log = new FaultLog((fault, port) => {
    done.push(fault, port);
    if (fault === 'server-death') vi.setSystemTime(4_000);
    return fault === 'flood' ? Promise.reject(new Error('there is no fault "flood"')) : Promise.resolve();
  });
  await log.breakIt('worker-death', 40_001, 'listeners');
  await log.breakIt('worker-freeze', 40_002, 'stage');
  await expect(log.breakIt('flood', null, null)).rejects.toThrow('there is no fault');
  await log.breakIt('server-death', null, null);
  expect(done).toEqual(['worker-death', 40_001, 'worker-freeze', 40_002, 'flood', null, 'server-death', null]);
  expect(log.all).toEqual([
    { atMs: 1_000, what: 'worker of the listeners killed' },
    { atMs: 1_000, what: 'worker of the stage frozen' },
    { atMs: 1_000, what: 'server killed' },
    { atMs: 4_000, what: 'server ready again' },
  ]);
  vi.useRealTimers();
});
