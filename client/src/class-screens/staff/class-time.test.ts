import { describe, expect, it } from 'vitest';
import { runningWords } from './class-time.ts';

describe('runningWords', () => {
  it.each([
    [-5, '0 min'],
    [59_999, '0 min'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_900_000, '1 h 5 min'],
  ])('say of %i ms: %s', (ms, words) => {
    expect(runningWords(ms)).toBe(words);
  });
});
