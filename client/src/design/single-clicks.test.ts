import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DOUBLE_CLICK_MS, SingleClicks } from './single-clicks.ts';

describe('SingleClicks', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes over the second click of a double click, and takes the next one', async () => {
    const clicks = new SingleClicks();
    const done: string[] = [];
    const click = (what: string) => clicks.take(() => Promise.resolve(done.push(what)));
    await click('take back');
    await vi.advanceTimersByTimeAsync(DOUBLE_CLICK_MS - 1);
    await click('lower');
    expect(done).toEqual(['take back']);
    await vi.advanceTimersByTimeAsync(1);
    await click('lower');
    expect(done).toEqual(['take back', 'lower']);
  });

  it('waits for an answer that takes its time: only then does something else come under the pointer', async () => {
    const clicks = new SingleClicks();
    const done: string[] = [];
    const answered = clicks.take(() => new Promise((resolve) => setTimeout(resolve, 2 * DOUBLE_CLICK_MS)));
    await vi.advanceTimersByTimeAsync(2 * DOUBLE_CLICK_MS);
    await answered;
    await clicks.take(() => Promise.resolve(done.push('lower')));
    expect(done).toEqual([]);
  });

  it('takes the next click after an action that failed', async () => {
    const clicks = new SingleClicks();
    await expect(clicks.take(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await vi.advanceTimersByTimeAsync(DOUBLE_CLICK_MS);
    const done: string[] = [];
    await clicks.take(() => Promise.resolve(done.push('again')));
    expect(done).toEqual(['again']);
  });
});
