import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Progress } from './progress.ts';

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text).replace('\r\x1b[K', '').trim());
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const RECORDINGS = [{ bytes: 100 }, { bytes: 1000 }, { bytes: 1000 }];

it('estimates nothing before frames came for some seconds', () => {
  const progress = new Progress(RECORDINGS, 0);
  vi.advanceTimersByTime(11_000);
  progress.leaveOut(100);
  progress.finishOne();
  expect(lines).toEqual(['1 of 3 recordings, no frame yet']);
  vi.advanceTimersByTime(11_000);
  progress.add(1, 20);
  expect(lines[1]).toBe('1 of 3 recordings, 20 frames, 0.9 frames a second');
});

it('estimates from what was done since the first frames came, not from the start of the browser', () => {
  const progress = new Progress(RECORDINGS.slice(1), 0);
  vi.advanceTimersByTime(60_000);
  progress.add(100, 20);
  vi.advanceTimersByTime(10_000);
  progress.add(100, 20);
  expect(lines.at(-1)).toBe('0 of 2 recordings, 40 frames, 0.6 frames a second, 3 min left');
});

it('counts what nobody tries to read as done', () => {
  const progress = new Progress(RECORDINGS, 2);
  vi.advanceTimersByTime(11_000);
  progress.finishOne();
  expect(lines).toEqual(['3 of 5 recordings, no frame yet']);
});
