import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClassClock } from './class-clock.ts';
import { ClockSampler } from './clock-sampler.ts';

const START_MS = 7_000_000;

describe('ClockSampler', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const now = (): number => Date.now();

  it('asks now and then, and not while a class comes in', async () => {
    const ask = vi.fn(() => Promise.resolve(Date.now() - START_MS));
    const sampler = new ClockSampler(new ClassClock(now), ask, now);
    sampler.start();
    await vi.advanceTimersByTimeAsync(4_900);
    expect(ask).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_200);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(4);
    sampler.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(4);
  });

  it('asks in a burst once windows are placed by it, also when it runs already, and at each start after that', async () => {
    const ask = vi.fn(() => Promise.resolve(Date.now() - START_MS));
    const sampler = new ClockSampler(new ClassClock(now), ask, now);
    sampler.start();
    sampler.makePrecise();
    sampler.makePrecise();
    await vi.advanceTimersByTimeAsync(2000);
    expect(ask).toHaveBeenCalledTimes(5);
    sampler.stop();
    sampler.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(ask).toHaveBeenCalledTimes(10);
    sampler.stop();
  });

  it('asks five times in the first seconds and then now and then where it is to be precise', async () => {
    const ask = vi.fn(() => Promise.resolve(Date.now() - START_MS));
    const sampler = new ClockSampler(new ClassClock(now), ask, now);
    sampler.makePrecise();
    sampler.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(ask).toHaveBeenCalledTimes(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(8);
    sampler.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(8);
  });

  it('makes the clock sure', async () => {
    vi.setSystemTime(START_MS + 90_000);
    const clock = new ClassClock(now);
    const sampler = new ClockSampler(clock, () => Promise.resolve(Date.now() - START_MS), now);
    sampler.makePrecise();
    sampler.start();
    await vi.advanceTimersByTimeAsync(1000);
    sampler.stop();
    expect(clock.shownMs()).toBe(91_000);
  });

  it('goes on asking when no answer comes or the class is not live', async () => {
    const clock = new ClassClock(now);
    const ask = vi
      .fn<() => Promise<number | null>>()
      .mockRejectedValueOnce(new Error('no answer'))
      .mockResolvedValueOnce(null)
      .mockResolvedValue(42);
    const sampler = new ClockSampler(clock, ask, now);
    sampler.makePrecise();
    sampler.start();
    await vi.advanceTimersByTimeAsync(600);
    sampler.stop();
    expect(clock.shownMs()).not.toBeNull();
  });

  it('drops an answer that comes after a stop', async () => {
    const clock = new ClassClock(now);
    const late = Promise.withResolvers<number | null>();
    const sampler = new ClockSampler(clock, () => late.promise, now);
    sampler.makePrecise();
    sampler.start();
    sampler.stop();
    late.resolve(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(clock.shownMs()).toBeNull();
  });
});
