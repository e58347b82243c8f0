import { describe, expect, it } from 'vitest';
import type { ClockSample } from '../protocol.ts';
import { ClassTime } from './class-time.ts';

/** A device whose wall clock goes with its monotonic one, until it is set or sleeps. */
function device() {
  const clock = { epochMs: 0, wallAheadMs: 0 };
  const time = new ClassTime(() => clock.epochMs + clock.wallAheadMs);
  return {
    clock,
    time: {
      update: (sample: ClockSample, epochNowMs: number) => {
        clock.epochMs = epochNowMs;
        time.update(sample, epochNowMs);
      },
      at: (epochMs: number) => time.at(epochMs),
      isSure: (epochNowMs: number) => {
        clock.epochMs = epochNowMs;
        return time.isSure(epochNowMs);
      },
    },
  };
}

describe('class clock in the worker', () => {
  it('knows nothing before the first sample that knows', () => {
    const { time } = device();
    time.update({ classMs: null, sure: false, epochMs: 1000 }, 1001);
    expect(time.at(1000)).toBeNull();
    expect(time.isSure(1000)).toBe(false);
  });

  it('follows the page’s clock whatever the message took', () => {
    const { time } = device();
    time.update({ sure: true, classMs: 40_000, epochMs: 1_000_000 }, 1_000_180);
    expect(time.at(1_000_180)).toBe(40_180);
    expect(time.isSure(1_000_180)).toBe(true);
  });

  it('does not believe a stamp from the future or from long ago: the wall clocks disagree', () => {
    for (const aheadMs of [8_000_000, -1_000_000]) {
      const { time } = device();
      time.update({ sure: true, classMs: 40_000, epochMs: 1_000_000 + aheadMs }, 1_000_000);
      expect(time.at(1_000_000)).toBe(40_000);
      // Two seconds later, and 300 ms on its way.
      time.update({ sure: true, classMs: 42_000, epochMs: 1_002_000 + aheadMs }, 1_002_300);
      expect(time.at(1_002_300)).toBe(42_300);
      expect(time.isSure(1_002_300)).toBe(true);
    }
  });

  it('counts by a sample that is not sure, and is not sure then', () => {
    const { time } = device();
    time.update({ sure: false, classMs: 40_000, epochMs: 1_000_000 }, 1_000_000);
    expect(time.at(1_000_500)).toBe(40_500);
    expect(time.isSure(1_000_500)).toBe(false);
    time.update({ sure: true, classMs: 42_000, epochMs: 1_002_000 }, 1_002_000);
    expect(time.isSure(1_002_000)).toBe(true);
    time.update({ sure: false, classMs: 44_000, epochMs: 1_004_000 }, 1_004_000);
    expect(time.isSure(1_004_000)).toBe(false);
  });

  it('keeps counting but is no longer sure when the page becomes unsure or silent', () => {
    const { time } = device();
    time.update({ sure: true, classMs: 0, epochMs: 0 }, 0);
    expect(time.isSure(10_000)).toBe(true);
    expect(time.isSure(10_001)).toBe(false);
    time.update({ sure: true, classMs: 5000, epochMs: 5000 }, 5000);
    time.update({ classMs: null, sure: false, epochMs: 6000 }, 6000);
    expect(time.isSure(6000)).toBe(false);
    expect(time.at(6000)).toBe(6000);
  });

  it('is not moved by a message that waited for seconds while the worker was busy', () => {
    const { time } = device();
    time.update({ sure: true, classMs: 40_000, epochMs: 1000 }, 1002);
    time.update({ sure: true, classMs: 42_000, epochMs: 3000 }, 6500);
    expect(time.at(6500)).toBe(45_500);
    expect(time.isSure(6500)).toBe(true);
  });

  it('is not sure of the window in which it jumped, back or forward, until the next sample agrees', () => {
    for (const jumpMs of [-3000, -400, 400, 3_600_000]) {
      const { time } = device();
      time.update({ sure: true, classMs: 7_200_000, epochMs: 0 }, 0);
      time.update({ sure: true, classMs: 7_202_000 + jumpMs, epochMs: 2000 }, 2000);
      expect(time.at(2000)).toBe(7_202_000 + jumpMs);
      expect(time.isSure(2000)).toBe(false);
      time.update({ sure: true, classMs: 7_204_000 + jumpMs, epochMs: 4000 }, 4000);
      expect(time.isSure(4000)).toBe(true);
    }
  });

  it('stays sure while the page’s clock is moved gently', () => {
    const { time } = device();
    for (let i = 0; i < 20; i++) {
      time.update({ sure: true, classMs: i * 2100, epochMs: i * 2000 }, i * 2000);
      expect(time.isSure(i * 2000)).toBe(true);
    }
  });

  it('is not sure after the device slept or its wall clock was set, until the page has spoken', () => {
    for (const aheadMs of [600_000, -3_600_000]) {
      const { clock, time } = device();
      time.update({ sure: true, classMs: 40_000, epochMs: 1000 }, 1000);
      clock.wallAheadMs = aheadMs;
      expect(time.isSure(1200)).toBe(false);
      time.update({ sure: true, classMs: 42_000, epochMs: 3000 }, 3000);
      expect(time.isSure(3000)).toBe(true);
    }
  });

  it('does not know a time that no class has: before its start, endless, or past the last window of a datagram', () => {
    for (const classMs of [-1, Number.NaN, Number.POSITIVE_INFINITY, 0x1_0000_0000 * 5000]) {
      const { time } = device();
      time.update({ sure: true, classMs, epochMs: 0 }, 0);
      expect(time.at(0)).toBeNull();
      expect(time.isSure(0)).toBe(false);
    }
  });
});
