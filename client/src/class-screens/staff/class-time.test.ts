import { describe, expect, it } from 'vitest';
import { runningTime } from './class-time.ts';

describe('runningTime', () => {
  it.each([
    [-5, 0, 0],
    [59_999, 0, 0],
    [60_000, 0, 1],
    [3_599_999, 0, 59],
    [3_900_000, 1, 5],
  ])('%i ms is %i h %i min', (ms, hours, minutes) => {
    expect(runningTime(ms)).toEqual({ hours, minutes });
  });
});
