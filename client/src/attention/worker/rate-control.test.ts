import { describe, expect, it } from 'vitest';
import { RateControl } from './rate-control.ts';

/** Plays a camera of `cameraHz` for some seconds; gives the frames looked at and the rates passed through. */
function play(rate: RateControl, seconds: number, costMs: (hz: number) => number, cameraHz = 30, fromMs = 0) {
  let looked = 0;
  let busyUntilMs = fromMs;
  const rates: number[] = [];
  for (let i = 0; i < seconds * cameraHz; i++) {
    const nowMs = fromMs + (i * 1000) / cameraHz;
    if (nowMs < busyUntilMs || !rate.isDue(nowMs)) continue;
    const cost = costMs(rate.hz);
    busyUntilMs = nowMs + cost;
    looked++;
    rate.record(cost, busyUntilMs);
    if (rates.at(-1) !== rate.hz) rates.push(rate.hz);
  }
  return { looked, rates };
}

describe('rate of frames', () => {
  it('climbs to 10 Hz where a frame is cheap, and stays there', () => {
    const rate = new RateControl();
    play(rate, 30, () => 8);
    expect(rate.hz).toBe(10);
    const { looked, rates } = play(rate, 10, () => 8, 30, 30_000);
    expect(rates).toEqual([10]);
    expect(looked).toBeGreaterThanOrEqual(98);
    expect(looked).toBeLessThanOrEqual(101);
  });

  it('falls to 2 Hz where a frame is dear, within seconds, and never below', () => {
    const rate = new RateControl();
    play(rate, 10, () => 300);
    expect(rate.hz).toBe(2);
  });

  it('keeps frames within a quarter of a core where a rate for that exists', () => {
    for (const costMs of [20, 40, 60, 80, 100]) {
      const rate = new RateControl();
      play(rate, 60, () => costMs);
      const { looked } = play(rate, 20, () => costMs, 30, 60_000);
      expect((looked * costMs) / 20_000).toBeLessThanOrEqual(0.25 * 1.21);
    }
  });

  it('keeps frames within 30 % of a core where even 2 Hz would exceed it, and looks often again once they are cheap', () => {
    for (const costMs of [160, 240, 400, 900]) {
      const rate = new RateControl();
      play(rate, 10, () => costMs);
      const { looked } = play(rate, 60, () => costMs, 30, 10_000);
      expect((looked * costMs) / 60_000).toBeLessThanOrEqual(0.31);
      expect(play(rate, 10, () => 20, 30, 70_000).looked).toBeGreaterThanOrEqual(10);
    }
  });

  it('is too slow once no window could be scored within the budget for a minute on end', () => {
    const slow = new RateControl();
    play(slow, 58, () => 300);
    expect(slow.isTooSlow()).toBe(false);
    play(slow, 8, () => 300, 30, 58_000);
    expect(slow.isTooSlow()).toBe(true);
    const now = new RateControl();
    play(now, 40, () => 300);
    play(now, 2, () => 30, 30, 40_000);
    play(now, 40, () => 300, 30, 42_000);
    expect(now.isTooSlow()).toBe(false);
    // Dear, but six frames in a window are within the budget.
    const enough = new RateControl();
    play(enough, 300, () => 230);
    expect(enough.isTooSlow()).toBe(false);
  });

  it('is not too slow for the time in which no frame was looked at', () => {
    const rate = new RateControl();
    // A cold frame, a page that is hidden for a while, and a cold one on its return.
    rate.record(400, 1000);
    rate.record(300, 71_000);
    expect(rate.isTooSlow()).toBe(false);
    const compiling = new RateControl();
    compiling.record(10_000, 10_000);
    compiling.record(300, 100_000);
    expect(compiling.isTooSlow()).toBe(false);
  });

  it('does not flap when the cost lies between two steps', () => {
    const rate = new RateControl();
    play(rate, 30, () => 45);
    const { rates } = play(rate, 120, () => 45, 30, 30_000);
    expect(rates.length).toBeLessThanOrEqual(2);
  });

  it('obeys a limit from outside, down to 2 Hz', () => {
    const rate = new RateControl();
    play(rate, 30, () => 5);
    rate.limit(4);
    expect(rate.hz).toBe(4);
    rate.limit(0.1);
    expect(rate.hz).toBe(2);
    rate.limit(10);
    expect(rate.hz).toBe(10);
  });

  it('looks at every frame of a camera that is slower than the rate', () => {
    const rate = new RateControl();
    play(rate, 30, () => 5);
    expect(play(rate, 10, () => 5, 5, 30_000).looked).toBe(50);
  });
});
