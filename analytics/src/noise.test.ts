import { describe, expect, it } from 'vitest';
import { noiseSdFor, secureUniform, withNoise } from './noise.ts';

describe('noise on a published sum', () => {
  it('has the standard deviation it says and no bias', () => {
    const draws = Array.from({ length: 40_000 }, () => withNoise(120, 10, secureUniform) - 120);
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const sd = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
    // Six standard errors either way: one false alarm in half a billion runs.
    expect(Math.abs(mean)).toBeLessThan(6 * (10 / Math.sqrt(draws.length)));
    expect(Math.abs(sd - 10)).toBeLessThan(6 * (10 / Math.sqrt(2 * draws.length)));
    // A Gaussian has 4.55 % beyond two standard deviations; a uniform of the same size has none.
    const beyond = draws.filter((draw) => Math.abs(draw) > 20).length / draws.length;
    expect(beyond).toBeGreaterThan(0.038);
    expect(beyond).toBeLessThan(0.053);
  });

  it('is finite at both ends of the uniform range', () => {
    expect(Number.isFinite(withNoise(0, 31, () => 1))).toBe(true);
    expect(Number.isFinite(withNoise(0, 31, () => 2 ** -53))).toBe(true);
  });

  it('comes from numbers in (0, 1]', () => {
    const draws = Array.from({ length: 10_000 }, secureUniform);
    expect(Math.min(...draws)).toBeGreaterThan(0);
    expect(Math.max(...draws)).toBeLessThanOrEqual(1);
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('is kept in hundredths of a student', () => {
    const noisy = withNoise(12.3456789, 10, secureUniform);
    expect(noisy).toBe(Math.round(noisy * 100) / 100);
  });

  it('is larger from 500 contributors on', () => {
    expect([10, 499, 500, 2_000].map(noiseSdFor)).toEqual([10, 10, 31, 31]);
  });
});
