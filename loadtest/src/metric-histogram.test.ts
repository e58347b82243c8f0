import { describe, expect, it } from 'vitest';
import { bucketsOf, quantileBetween } from './metric-histogram.ts';

const written = (counts: readonly number[]) =>
  ['0.01', '0.05', '0.1', '+Inf'].map((le, at) => `lectern_delay_bucket{le="${le}"} ${counts[at]}`).join('\n');
const at = (...counts: readonly number[]) => bucketsOf(written(counts), 'lectern_delay');

describe('a quantile between two looks', () => {
  it('is that of what was counted meanwhile, and of nothing before', () => {
    const before = at(0, 0, 0, 1_000);
    expect(quantileBetween(before, at(100, 100, 100, 1_100), 0.99)).toBeCloseTo(0.0099, 6);
    expect(quantileBetween(before, at(98, 100, 100, 1_100), 0.99)).toBeCloseTo(0.03, 6);
  });

  it('stays within the bound exactly as long as its share does', () => {
    expect(quantileBetween([], at(0, 99, 100, 100), 0.99)).toBe(0.05);
    expect(quantileBetween([], at(0, 98, 100, 100), 0.99)).toBeGreaterThan(0.05);
  });

  it('is the highest bound where it lies beyond', () => {
    expect(quantileBetween([], at(0, 0, 0, 10), 0.99)).toBe(0.1);
  });

  it('is nothing where nothing was counted', () => {
    expect(quantileBetween(at(1, 1, 1, 1), at(1, 1, 1, 1), 0.99)).toBeNull();
    expect(quantileBetween([], bucketsOf('', 'lectern_delay'), 0.99)).toBeNull();
  });
});
