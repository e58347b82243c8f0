import { describe, expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

/** A sample a second for ten minutes, in minutes. */
const minutes = Array.from({ length: 600 }, (_, second) => second / 60);
const BLOCK = 10 / 60;

describe('a slope', () => {
  it('of a straight line is its own, for sure', () => {
    const slope = slopeOf(
      minutes.map((x) => [x, 100 + 3 * x]),
      BLOCK,
    );
    expect(slope?.value).toBeCloseTo(3, 6);
    expect(slope?.margin).toBeCloseTo(0, 6);
  });

  it('of what only sways holds zero within its confidence', () => {
    const slope = slopeOf(
      minutes.map((x, second) => [x, 100 + Math.sin(second * 1.7) + Math.cos(second * 0.61)]),
      BLOCK,
    );
    expect(Math.abs(slope?.value ?? Infinity)).toBeLessThan(slope?.margin ?? 0);
  });

  it('is less sure of what sways slowly, as a heap between two collections does', () => {
    const marginOf = (heap: (block: number) => number) =>
      slopeOf(
        minutes.map((x, second) => [x, heap(Math.floor(second / 10))]),
        BLOCK,
      )?.margin ?? Number.NaN;
    // The same values: one after the other, and shuffled so that each tells nothing of the next.
    const slowly = marginOf((block) => block % 15);
    const shuffled = marginOf((block) => ((block % 15) * 7) % 15);
    expect(slowly).toBeGreaterThan(1.5 * shuffled);
  });

  it('cannot be told from a few blocks', () => {
    expect(
      slopeOf(
        minutes.slice(0, 70).map((x) => [x, x]),
        BLOCK,
      ),
    ).toBeNull();
  });
});
