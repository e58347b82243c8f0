import { expect, it } from 'vitest';
import { aggregate } from './aggregate.ts';

it.each([
  ['p(95)', 10],
  ['med', 2],
  ['max', 10],
  ['min', 1],
  ['avg', 4],
  ['count', 16],
  ['value', 3],
])('gives the %s of values as k6 names it', (how, value) => {
  expect(aggregate(how, [1, 10, 2, 3])).toBe(value);
  expect(aggregate(how, [])).toBeNull();
});

it('knows no other', () => {
  expect(() => aggregate('mode', [1])).toThrow(RangeError);
});
