import { misses } from '@lectern/testbed';
import { expect, it } from 'vitest';
import { leftBehind } from './left-behind.ts';

const AFTER = 'lectern_people{kind="load-test"} 0\nlectern_signalling_connections 3\n';

it('names what a server still holds after the class, and judges it where nothing may be left', () => {
  const judged = leftBehind(AFTER, true);
  expect(judged.map(({ unit, value }) => [unit, value])).toEqual([
    ['people', 0],
    ['connections', 3],
  ]);
  expect(judged.map(misses)).toEqual([false, true]);
  expect(leftBehind(AFTER, false).some(misses)).toBe(false);
});
