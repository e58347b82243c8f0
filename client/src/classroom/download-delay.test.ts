import { expect, it } from 'vitest';
import { downloadDelayMs } from './download-delay.ts';

it('grows with the class, up to two minutes', () => {
  const longest = [1, 100, 500, 2000, 10_000].map((students) => downloadDelayMs(students, () => 1));
  expect(longest).toEqual([60, 6000, 30_000, 120_000, 120_000]);
});

it('spreads a class evenly: in each second of the two minutes as many begin', () => {
  const students = 2000;
  const begun = Array.from({ length: 120 }, () => 0);
  for (let index = 0; index < students; index += 1) {
    const second = Math.floor(downloadDelayMs(students, () => index / students) / 1000);
    begun[second] = (begun[second] ?? 0) + 1;
  }
  // Half of them say Yes, and load 7.2 MB each: less than 0.5 Gbit/s, as docs/sizing.md has it.
  expect((Math.max(...begun) / 2) * 7.2e6 * 8).toBeLessThan(0.5e9);
  expect(begun.length).toBe(120);
});
