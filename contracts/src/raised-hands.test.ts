import { describe, expect, it } from 'vitest';
import { toldPlace } from './raised-hands.ts';

describe('the place of a raised hand as it is told', () => {
  it('is exact up to ten, and from there on a step that is never ahead of the real one', () => {
    expect([1, 10, 11, 20, 21, 50, 51, 300, 2000].map(toldPlace)).toEqual([1, 10, 11, 11, 21, 21, 51, 201, 1001]);
  });

  it('changes some twenty times at most on the way from the end of a full class to the front', () => {
    const told = new Set(Array.from({ length: 2000 }, (_, index) => toldPlace(index + 1)));
    expect(told.size).toBeLessThanOrEqual(20);
  });
});
