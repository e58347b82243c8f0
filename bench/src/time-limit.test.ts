import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { within } from './time-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('ends what would wait for ever, and says for what', async () => {
  const never = new Promise<never>(() => undefined);
  const waiting = expect(within('the first frame', 30_000, never)).rejects.toThrow('the first frame: not within 30 s');
  await vi.advanceTimersByTimeAsync(30_000);
  await waiting;
});

it('passes on what came in time, and leaves no timer', async () => {
  await expect(within('a value', 30_000, Promise.resolve(7))).resolves.toBe(7);
  await expect(within('a value', 30_000, Promise.reject(new Error('no camera')))).rejects.toThrow('no camera');
  expect(vi.getTimerCount()).toBe(0);
});
