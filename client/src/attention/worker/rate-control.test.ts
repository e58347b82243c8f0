import { describe, expect, it } from 'vitest';
import { RateControl } from './rate-control.ts';

const MAINS = { maxHz: 10, budgetShare: 0.25 };
const BATTERY = { maxHz: 10, budgetShare: 0.1 };

/** As the page sets it when measuring starts. */
function limited(limit = MAINS): RateControl {
  const rate = new RateControl();
  rate.limit(limit, 0);
  return rate;
}

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
    const rate = limited();
    play(rate, 30, () => 8);
    expect(rate.hz).toBe(10);
    const { looked, rates } = play(rate, 10, () => 8, 30, 30_000);
    expect(rates).toEqual([10]);
    expect(looked).toBeGreaterThanOrEqual(98);
    expect(looked).toBeLessThanOrEqual(101);
  });

  it('falls to 2 Hz where a frame is dear, within seconds, and never below', () => {
    const rate = limited();
    play(rate, 10, () => 300);
    expect(rate.hz).toBe(2);
  });

  it('keeps frames within a quarter of a core on mains and a tenth on battery, whatever one costs', () => {
    for (const limit of [MAINS, BATTERY]) {
      for (const costMs of [5, 12, 20, 40, 60, 80, 100, 160, 240, 400, 900]) {
        const rate = limited(limit);
        play(rate, 60, () => costMs);
        const { looked } = play(rate, 60, () => costMs, 30, 60_000);
        expect((looked * costMs) / 60_000, `${String(costMs)} ms`).toBeLessThanOrEqual(limit.budgetShare);
      }
    }
  });

  it('looks often again once frames are cheap that even 2 Hz could not afford', () => {
    for (const costMs of [160, 240, 400, 900]) {
      const rate = limited();
      play(rate, 70, () => costMs);
      expect(play(rate, 10, () => 20, 30, 70_000).looked).toBeGreaterThanOrEqual(10);
    }
  });

  it('slows down at once when the charger is unplugged, and climbs step by step when it is back', () => {
    const rate = limited();
    play(rate, 30, () => 16);
    expect(rate.hz).toBe(10);
    rate.limit(BATTERY, 30_000);
    expect(rate.hz).toBe(5);
    rate.limit(MAINS, 31_000);
    expect(rate.hz).toBe(5);
    const { rates } = play(rate, 30, () => 16, 30, 31_000);
    expect(rates).toEqual([5, 6, 8, 10]);
  });

  it('keeps the narrowest budget until the page has said which one there is', () => {
    const rate = new RateControl();
    play(rate, 60, () => 20);
    const { looked } = play(rate, 20, () => 20, 30, 60_000);
    expect((looked * 20) / 20_000).toBeLessThanOrEqual(0.1);
  });

  it('is too slow once no window could be scored within the budget for a minute on end', () => {
    const slow = limited();
    play(slow, 58, () => 300);
    expect(slow.isTooSlow()).toBe(false);
    play(slow, 8, () => 300, 30, 58_000);
    expect(slow.isTooSlow()).toBe(true);
    const now = limited();
    play(now, 40, () => 300);
    play(now, 2, () => 30, 30, 40_000);
    play(now, 40, () => 300, 30, 42_000);
    expect(now.isTooSlow()).toBe(false);
    // Dear, but six frames in a window are within the budget.
    const enough = limited();
    play(enough, 300, () => 180);
    expect(enough.isTooSlow()).toBe(false);
  });

  it('is not too slow for the time in which no frame was looked at', () => {
    const rate = limited();
    // A cold frame, a page that is hidden for a while, and a cold one on its return.
    rate.record(400, 1000);
    rate.record(300, 71_000);
    expect(rate.isTooSlow()).toBe(false);
    const compiling = limited();
    compiling.record(10_000, 10_000);
    compiling.record(300, 100_000);
    expect(compiling.isTooSlow()).toBe(false);
  });

  it('does not flap when the cost lies between two steps', () => {
    const rate = limited();
    play(rate, 30, () => 45);
    const { rates } = play(rate, 120, () => 45, 30, 30_000);
    expect(rates.length).toBeLessThanOrEqual(2);
  });

  it('does not flap when a call is strained every other moment', () => {
    const rate = limited();
    play(rate, 30, () => 8);
    const rates: number[] = [];
    for (let atMs = 30_000; atMs < 90_000; atMs += 4000) {
      rate.limit({ ...MAINS, maxHz: 2 }, atMs);
      rates.push(...play(rate, 2, () => 8, 30, atMs).rates);
      rate.limit(MAINS, atMs + 2000);
      rates.push(...play(rate, 2, () => 8, 30, atMs + 2000).rates);
    }
    expect(new Set(rates)).toEqual(new Set([2]));
  });

  it('obeys a limit from outside, down to 2 Hz', () => {
    const rate = limited();
    play(rate, 30, () => 5);
    rate.limit({ ...MAINS, maxHz: 4 }, 30_000);
    expect(rate.hz).toBe(4);
    rate.limit({ ...MAINS, maxHz: 0.1 }, 30_000);
    expect(rate.hz).toBe(2);
  });

  it('looks at every frame of a camera that is slower than the rate', () => {
    const rate = limited();
    play(rate, 30, () => 5);
    expect(play(rate, 10, () => 5, 5, 30_000).looked).toBe(50);
  });
});
