import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

describe('work in turns', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('goes on in order after one that failed', async () => {
    const queue = new SerialQueue();
    const order: number[] = [];
    const failing = queue.run(() => Promise.reject(new Error('the store broke')));
    const next = queue.run(() => Promise.resolve(order.push(1)));
    const last = queue.run(() => Promise.resolve(order.push(2)));
    await expect(failing).rejects.toThrow('the store broke');
    await Promise.all([next, last]);
    expect(order).toEqual([1, 2]);
  });

  it('knows for how long the one that runs has been running', async () => {
    const queue = new SerialQueue();
    expect(queue.runningForMs).toBe(0);
    const held = Promise.withResolvers<undefined>();
    const running = queue.run(() => held.promise);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(queue.runningForMs).toBe(12_000);
    held.resolve(undefined);
    await running;
    expect(queue.runningForMs).toBe(0);
  });

  it('refuses what comes when too much waits, and takes more once that is done', async () => {
    const queue = new SerialQueue(2);
    const held = Promise.withResolvers<undefined>();
    const pending = [queue.run(() => held.promise), queue.run(() => Promise.resolve())];
    await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    held.resolve(undefined);
    await Promise.all(pending);
    await expect(queue.run(() => Promise.resolve(7))).resolves.toBe(7);
  });
});
