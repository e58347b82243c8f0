import { expect, it } from 'vitest';
import { workerPressure } from './platform-figures.ts';

it('a worker is as full as its packets or its CPU make it, whichever is more', () => {
  const worker = { packetsPerSecond: 10_000, budgetPacketsPerSecond: 50_000, cpuShare: 0.12 };
  expect(workerPressure(worker)).toEqual({ pressureShare: 0.2, pressureReason: 'packets' });
  expect(workerPressure({ ...worker, cpuShare: 0.75 })).toEqual({ pressureShare: 1, pressureReason: 'cpu' });
});
