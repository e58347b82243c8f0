import { misses } from '@lectern/testbed';
import { expect, it } from 'vitest';
import { afterTheClass, leftBehind, leftBehindUnread } from './left-behind.ts';

const told = (connections: number, transports: string) => `lectern_people{kind="load-test"} 0
lectern_signalling_connections ${connections}
lectern_door_waiting 0
lectern_media_consumers{worker="0"} 0
lectern_media_routers{worker="0"} 0
${transports}`;
const NOTHING = told(0, 'lectern_media_transports{worker="0"} 0\n');
const THREE = told(3, 'lectern_media_transports{worker="0"} 1\nlectern_media_transports{worker="1"} 4\n');

it('names what a server still holds after the class, and judges it where nothing may be left', () => {
  const judged = leftBehind(THREE, true);
  expect(judged.filter(misses).map(({ unit, value }) => [unit, value])).toEqual([
    ['connections', 3],
    ['transports', 5],
  ]);
  expect(leftBehind(THREE, false).some(misses)).toBe(false);
  expect(leftBehind(NOTHING, true).some(misses)).toBe(false);
});

it('takes what a server does not tell for unknown, not for nothing', () => {
  const silent = told(0, '');
  expect(leftBehindUnread(silent)).toEqual([expect.stringContaining('(transports)')]);
  expect(leftBehindUnread('')).toEqual([expect.stringContaining('people, signalling connections')]);
  expect(leftBehindUnread(NOTHING)).toEqual([]);
  expect(
    leftBehind(silent, true)
      .filter(misses)
      .map(({ value }) => value),
  ).toEqual([null]);
  expect(leftBehind(silent, false)).toHaveLength(5);
});

it('waits until nothing is left, and no longer than that', async () => {
  const looks = [THREE, THREE, NOTHING, THREE];
  expect(await afterTheClass(() => Promise.resolve(looks.shift() ?? ''), 0)).toBe(NOTHING);
  let count = 0;
  const forEver = () => {
    count += 1;
    return Promise.resolve(THREE);
  };
  expect(await afterTheClass(forEver, 0)).toBe(THREE);
  expect(count).toBe(10);
});
