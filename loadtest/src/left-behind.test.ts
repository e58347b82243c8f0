import { misses } from '@lectern/testbed';
import { expect, it } from 'vitest';
import { afterTheClass, leftBehind, leftBehindUnread, thereBefore } from './left-behind.ts';

const told = (connections: number, transports: string) => `lectern_people{kind="load-test"} 0
lectern_signalling_connections ${connections}
lectern_door_waiting 0
lectern_media_consumers{worker="0"} 0
lectern_media_routers{worker="0"} 0
${transports}`;
const NOTHING = told(0, 'lectern_media_transports{worker="0"} 0\n');
const THREE = told(3, 'lectern_media_transports{worker="0"} 1\nlectern_media_transports{worker="1"} 4\n');
const after = (exposition: string) => ({ before: NOTHING, after: exposition });

it('names what a server still holds after the class, and judges it where nothing may be left', () => {
  const judged = leftBehind(after(THREE), true);
  expect(judged.filter(misses).map(({ unit, value }) => [unit, value])).toEqual([
    ['connections', 3],
    ['transports', 5],
  ]);
  expect(leftBehind(after(THREE), false).some(misses)).toBe(false);
  expect(leftBehind(after(NOTHING), true).some(misses)).toBe(false);
});

it('blames no class for what was there before it, and says what that was', () => {
  const another = { before: THREE, after: told(4, 'lectern_media_transports{worker="0"} 5\n') };
  const judged = leftBehind(another, true);
  expect(judged.filter(misses).map(({ unit, value, note }) => [unit, value, note])).toEqual([
    ['connections', 1, 'lectern_signalling_connections, beside 3 that were there before'],
  ]);
  expect(thereBefore(THREE)).toBe('3 signalling connections, 5 transports');
  expect([thereBefore(NOTHING), thereBefore('')]).toEqual([null, null]);
});

it('says that nobody can tell where something was there before and is after: some may have gone, and as many of the class stayed', () => {
  const some = (connections: number) => ({
    before: THREE,
    after: told(connections, 'lectern_media_transports{worker="0"} 0\n'),
  });
  for (const connections of [1, 3, 4]) {
    expect(leftBehindUnread(some(connections))).toEqual([
      expect.stringMatching(/there were signalling connections, so/),
    ]);
  }
  // Where nothing is there any more, nothing was left behind; what was not there before is of this class.
  expect(leftBehindUnread({ before: THREE, after: NOTHING })).toEqual([]);
  expect(leftBehindUnread({ before: NOTHING, after: THREE })).toEqual([]);
});

it('takes what a server does not tell for unknown, not for nothing', () => {
  const silent = after(told(0, ''));
  expect(leftBehindUnread(silent)).toEqual([expect.stringContaining('(transports)')]);
  expect(leftBehindUnread(after(''))).toEqual([expect.stringContaining('people, signalling connections')]);
  expect(leftBehindUnread({ before: '', after: NOTHING })).toEqual(leftBehindUnread(after('')));
  expect(leftBehind({ before: '', after: NOTHING }, true).every(({ value }) => value === null)).toBe(true);
  expect(leftBehindUnread(after(NOTHING))).toEqual([]);
  expect(
    leftBehind(silent, true)
      .filter(misses)
      .map(({ value }) => value),
  ).toEqual([null]);
  expect(leftBehind(silent, false)).toHaveLength(5);
});

it('waits until no more is left than there was before, and no longer than that', async () => {
  const looks = [THREE, THREE, NOTHING, THREE];
  expect(await afterTheClass(NOTHING, () => Promise.resolve(looks.shift() ?? ''), 0)).toBe(NOTHING);
  let count = 0;
  const forEver = () => {
    count += 1;
    return Promise.resolve(THREE);
  };
  expect(await afterTheClass(NOTHING, forEver, 0)).toBe(THREE);
  expect(count).toBe(10);
  expect(await afterTheClass(THREE, forEver, 0)).toBe(THREE);
  expect(count).toBe(11);
});
