import { describe, expect, it } from 'vitest';
import { slopeOf, twoSided95 } from './slope.ts';

describe('a slope', () => {
  it('is exact for points on a line', () => {
    const { value, marginOfError } = slopeOf([0, 1, 2, 3].map((x) => [x, 2 + 0.5 * x]));
    expect(value).toBeCloseTo(0.5, 12);
    expect(marginOfError).toBeCloseTo(0, 12);
  });

  it('comes with the interval that a textbook gives', () => {
    // Sum of squares of x 10, of residuals 2.4, three degrees of freedom: 3.182 * sqrt(2.4 / 3 / 10).
    const { value, marginOfError } = slopeOf([
      [1, 2],
      [2, 4],
      [3, 5],
      [4, 4],
      [5, 5],
    ]);
    expect(value).toBeCloseTo(0.6, 12);
    expect(marginOfError).toBeCloseTo(0.9, 2);
  });

  it('is known to nothing from two points', () => {
    expect(
      slopeOf([
        [0, 1],
        [1, 3],
      ]),
    ).toEqual({ value: 2, marginOfError: Number.POSITIVE_INFINITY });
  });

  it('widens by Student’s t as tables have it', () => {
    expect(twoSided95(1)).toBe(12.706);
    expect(twoSided95(20)).toBeCloseTo(2.086, 2);
    expect(twoSided95(60)).toBeCloseTo(2.0, 2);
    expect(twoSided95(10_000)).toBeCloseTo(1.96, 3);
  });
});
