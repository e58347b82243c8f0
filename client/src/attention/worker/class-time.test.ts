import { describe, expect, it } from 'vitest';
import { ClassTime } from './class-time.ts';

describe('class clock in the worker', () => {
  it('knows nothing before the first sure sample', () => {
    const time = new ClassTime();
    time.update({ classMs: null, epochMs: 1000 }, 1001);
    expect(time.at(1000)).toBeNull();
    expect(time.isSure(1000)).toBe(false);
  });

  it('follows the page’s clock whatever the message took', () => {
    const time = new ClassTime();
    time.update({ classMs: 40_000, epochMs: 1_000_000 }, 1_000_180);
    expect(time.at(1_000_180)).toBe(40_180);
    expect(time.isSure(1_000_180)).toBe(true);
  });

  it('does not believe a stamp from the future or from long ago: the wall clocks disagree', () => {
    const time = new ClassTime();
    time.update({ classMs: 40_000, epochMs: 9_000_000 }, 1_000_000);
    expect(time.at(1_000_000)).toBe(40_000);
    time.update({ classMs: 50_000, epochMs: 0 }, 1_010_000);
    expect(time.at(1_010_000)).toBe(50_000);
  });

  it('keeps counting but is no longer sure when the page becomes unsure or silent', () => {
    const time = new ClassTime();
    time.update({ classMs: 0, epochMs: 0 }, 0);
    expect(time.isSure(10_000)).toBe(true);
    expect(time.isSure(10_001)).toBe(false);
    time.update({ classMs: 5000, epochMs: 5000 }, 5000);
    time.update({ classMs: null, epochMs: 6000 }, 6000);
    expect(time.isSure(6000)).toBe(false);
    expect(time.at(6000)).toBe(6000);
  });
});
