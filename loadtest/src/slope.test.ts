import { describe, expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

const minutes = Array.from({ length: 200 }, (_, index) => index / 60);

describe('a slope', () => {
  it('of a straight line is its own, for sure', () => {
    const slope = slopeOf(minutes.map((x) => [x, 100 + 3 * x]));
    expect(slope?.value).toBeCloseTo(3, 6);
    expect(slope?.margin).toBeCloseTo(0, 6);
  });

  it('of what only sways holds zero within its confidence', () => {
    const slope = slopeOf(minutes.map((x, index) => [x, 100 + Math.sin(index * 1.7) + Math.cos(index * 0.61)]));
    expect(Math.abs(slope?.value ?? Infinity)).toBeLessThan(slope?.margin ?? 0);
  });

  it('cannot be told from a few samples', () => {
    expect(slopeOf(minutes.slice(0, 7).map((x) => [x, x]))).toBeNull();
  });
});
