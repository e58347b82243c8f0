import { describe, expect, it } from 'vitest';
import { ClassTime } from './class-time.ts';

describe('class clock in the worker', () => {
  it('knows nothing before the first sample that knows', () => {
    const time = new ClassTime();
    time.update({ classMs: null, sure: false, epochMs: 1000 }, 1001);
    expect(time.at(1000)).toBeNull();
    expect(time.isSure(1000)).toBe(false);
  });

  it('follows the page’s clock whatever the message took', () => {
    const time = new ClassTime();
    time.update({ sure: true, classMs: 40_000, epochMs: 1_000_000 }, 1_000_180);
    expect(time.at(1_000_180)).toBe(40_180);
    expect(time.isSure(1_000_180)).toBe(true);
  });

  it('does not believe a stamp from the future or from long ago: the wall clocks disagree', () => {
    const time = new ClassTime();
    time.update({ sure: true, classMs: 40_000, epochMs: 9_000_000 }, 1_000_000);
    expect(time.at(1_000_000)).toBe(40_000);
    time.update({ sure: true, classMs: 50_000, epochMs: 0 }, 1_010_000);
    expect(time.at(1_010_000)).toBe(50_000);
  });

  it('counts by a sample that is not sure, and is not sure then', () => {
    const time = new ClassTime();
    time.update({ sure: false, classMs: 40_000, epochMs: 1_000_000 }, 1_000_000);
    expect(time.at(1_000_500)).toBe(40_500);
    expect(time.isSure(1_000_500)).toBe(false);
    time.update({ sure: true, classMs: 42_000, epochMs: 1_002_000 }, 1_002_000);
    expect(time.isSure(1_002_000)).toBe(true);
    time.update({ sure: false, classMs: 44_000, epochMs: 1_004_000 }, 1_004_000);
    expect(time.isSure(1_004_000)).toBe(false);
  });

  it('keeps counting but is no longer sure when the page becomes unsure or silent', () => {
    const time = new ClassTime();
    time.update({ sure: true, classMs: 0, epochMs: 0 }, 0);
    expect(time.isSure(10_000)).toBe(true);
    expect(time.isSure(10_001)).toBe(false);
    time.update({ sure: true, classMs: 5000, epochMs: 5000 }, 5000);
    time.update({ classMs: null, sure: false, epochMs: 6000 }, 6000);
    expect(time.isSure(6000)).toBe(false);
    expect(time.at(6000)).toBe(6000);
  });
});
