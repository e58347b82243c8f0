import { misses } from '@lectern/testbed';
import { expect, it } from 'vitest';
import { memoryGrowth } from './memory-growth.ts';
import { point } from './test-points.ts';

/** Ten minutes of a part's memory in kB, a sample a second. */
const memory = (part: string, kilobytes: (minute: number) => number, seconds = 600) =>
  Array.from({ length: seconds }, (_, second) =>
    point('lectern_server_memory', kilobytes(second / 60) * 1024, {
      ...{ atMs: second * 1000, isGauge: true, tags: { part, state: 'settled' } },
    }),
  );
const sways = (minute: number) => 20_000 * Math.sin(minute * 40);

it('is missed by what surely grows, and not by what may', () => {
  const leaks = memory('server', (minute) => 80_000 + 5_000 * minute + sways(minute) / 100);
  const may = memory('worker', (minute) => 80_000 + 1_200 * minute + sways(minute));
  const figures = memoryGrowth([...leaks, ...may], 1024);
  expect(figures.filter(misses).map(({ name }) => name)).toEqual(['server: memory grows once all are in, at least']);
  expect(figures.find(({ name }) => name === 'server: memory grows once all are in')).toMatchObject({
    ...{ unit: 'kB/min', goal: null },
    note: expect.stringMatching(/^± \d+ kB\/min \(95 %/) as string,
  });
});

it('is missed where nobody could tell, and only named where nothing is judged', () => {
  const short = memory('server', (minute) => minute, 60);
  expect(memoryGrowth(short, 1024).filter(misses)).toHaveLength(2);
  expect(memoryGrowth(short, null)).toEqual([]);
});
