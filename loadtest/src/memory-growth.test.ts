import { misses } from '@lectern/testbed';
import { describe, expect, it } from 'vitest';
import { memoryGrowth } from './memory-growth.ts';
import { withoutUntold } from './not-judged.ts';
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
    const figure = memoryGrowth(leaks, 10).find(({ name }) => name === 'worker: memory grew, of its size, at least');
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
  expect(missed(short)).toEqual(
    ['server', 'worker'].flatMap((part) => [
      `${part}: memory grew, of its size, at least`,
      `${part}: memory that could have grown unseen, of its size`,
    ]),
  );
  expect(memoryGrowth(short, null)).toEqual([]);
});

describe('what could have grown unseen', () => {
  const NAME = 'memory that could have grown unseen, of its size';
  const unseen = (part: string, points: ReturnType<typeof memory>) =>
    memoryGrowth(points, 10).find(({ name }) => name === `${part}: ${NAME}`);
  /** A heap that fills up for four minutes, and is collected then. */
  const heap = (part: string, minutes: number) =>
    memory(part, (minute) => 100_000 + 60_000 * (minute % 4), minutes * 60);

  it('stands beside each verdict, and is the goal alone for what does not sway', () => {
    const straight = memory('worker', (minute) => 20_000 + 10 * minute);
    expect(unseen('worker', straight)?.value).toBeCloseTo(10, 3);
    expect(unseen('worker', straight)?.note).toBe('the goal and the width of the interval');
  });

  it('is too much where a leak could hide in it, and says after how long it is not any more', () => {
    const minutes = Number(
      /^it sways too much: run it for (\d+) minutes$/.exec(unseen('server', heap('server', 10))?.note ?? '')?.[1],
    );
    expect(missed(heap('server', 10), flat)).toEqual([`server: ${NAME}`]);
    // The same heap is flat then; what its collections do not tell of each other makes it sure sooner than that.
    expect(missed(heap('server', minutes), flat)).toEqual([]);
    expect(minutes).toBeGreaterThan(10);
  });
});

it('is untold where the server tells nothing of its memory, and not where the run was too short', () => {
  const untold = (points: ReturnType<typeof memory>) => memoryGrowth(points, 10).map((figure) => figure.untold);
  expect(untold([])).toEqual([true, true, true, true]);
  const [first] = withoutUntold(memoryGrowth([], 10));
  expect(first?.note).toBe('not judged: the server does not tell lectern_server_memory{part:server}');
  expect(untold(memory('server', () => 1, 60))).toEqual([undefined, undefined, true, true]);
});
