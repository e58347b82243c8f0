import { describe, expect, it } from 'vitest';
import { percentile } from './percentile.ts';

describe('percentile', () => {
  it('is the nearest rank, whatever the order of the samples', () => {
    const samples = [15, 50, 20, 40, 35];
    expect(percentile(samples, 0.3)).toBe(20);
    expect(percentile(samples, 0.5)).toBe(35);
    expect(percentile(samples, 0.95)).toBe(50);
    expect(percentile(samples, 0)).toBe(15);
    expect(percentile(samples, 1)).toBe(50);
  });

  it('does not invent a figure from no samples', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
