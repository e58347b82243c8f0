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
const missed = (...parts: readonly ReturnType<typeof memory>[]) =>
  memoryGrowth(parts.flat(), 10)
    .filter(misses)
    .map(({ name }) => name);
const flat = memory('worker', () => 20_000);

it('is missed by what surely grows by more of its size than it may, and not by what may', () => {
  const leaks = memory('server', (minute) => 80_000 + 5_000 * minute + sways(minute) / 100);
  const may = memory('worker', (minute) => 80_000 + 1_200 * minute + sways(minute));
  expect(missed(leaks, may)).toEqual(['server: memory grew, of its size, at least']);
  expect(memoryGrowth(leaks, 10)[0]).toMatchObject({
    ...{ name: 'server: memory grows once all are in', unit: 'kB/min', goal: null },
    note: expect.stringMatching(/^± \d+ kB\/min \(95 %/) as string,
  });
});

it('asks the same of a small part and a large one', () => {
  // A fifth of the size over the last two thirds of ten minutes, whatever the size is.
  for (const size of [10_000, 1_000_000]) {
    const leaks = memory('worker', (minute) => size * (1 + 0.03 * minute));
    const figure = memoryGrowth(leaks, 10).find(({ unit, name }) => unit === '%' && name.startsWith('worker'));
    expect(figure?.value).toBeCloseTo((0.03 * 6.65 * 100) / 1.2, 0);
  }
});

it('bears what fills up once, and what grows too little to matter', () => {
  const fills = memory('server', (minute) => 200_000 + 300_000 * Math.min(1, minute / 3));
  expect(missed(fills, flat)).toEqual([]);
  // Sure, and two parts of a hundred.
  const creeps = memory('server', (minute) => 200_000 + 600 * minute);
  expect(missed(creeps, flat)).toEqual([]);
});

it('is missed where nobody could tell, and only named where nothing is judged', () => {
  const short = memory('server', (minute) => 100_000 + minute, 60);
  expect(missed(short)).toHaveLength(2);
  expect(memoryGrowth(short, null)).toEqual([]);
});

it('is missed where it sways so much that a leak could hide in it', () => {
  const heap = (part: string, minutes: number) =>
    // A heap that fills up for four minutes, and is collected then.
    memory(part, (minute) => 100_000 + 60_000 * (minute % 4), minutes * 60);
  const [, figure] = memoryGrowth(heap('server', 10), 10);
  expect(figure).toMatchObject({
    value: null,
    note: expect.stringMatching(/^it sways so much that .* run it for longer$/) as string,
  });
  expect(missed(heap('server', 10), flat)).toHaveLength(1);
  // Over hours the same heap is flat.
  expect(missed(heap('server', 120), flat)).toEqual([]);
});

it('is untold where the server tells nothing of its memory, and not where the run was too short', () => {
  const untold = (points: ReturnType<typeof memory>) => memoryGrowth(points, 10).map((figure) => figure.untold);
  expect(untold([])).toEqual([true, true]);
  expect(untold(memory('server', () => 1, 60))).toEqual([undefined, true]);
});
