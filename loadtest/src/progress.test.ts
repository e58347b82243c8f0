import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tellProgress } from './progress.ts';

const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
beforeEach(() => {
  vi.useFakeTimers();
  printed.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

it('says once a minute how far a class is, and how many are in', () => {
  let people = 1;
  const end = tellProgress(12, () => people);
  vi.advanceTimersByTime(60_000);
  people = 1934;
  vi.advanceTimersByTime(60_000);
  end();
  vi.advanceTimersByTime(600_000);
  expect(printed.mock.calls).toEqual([
    ['minute 1 of about 12: 1 student is in'],
    ['minute 2 of about 12: 1934 students are in'],
  ]);
});
