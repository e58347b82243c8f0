import { expect, it } from 'vitest';
import { ExpiringKeys } from './expiring-keys.ts';

it('knows a key for its time from when it was noted last, and no longer', () => {
  let nowMs = 0;
  const keys = new ExpiringKeys<string>(100, () => nowMs);
  expect([keys.note('a'), keys.note('b'), keys.leftMs('c')]).toEqual([false, false, null]);
  nowMs = 60;
  expect([keys.note('a'), keys.leftMs('a'), keys.leftMs('b')]).toEqual([true, 100, 40]);
  nowMs = 100;
  expect([keys.leftMs('a'), keys.leftMs('b')]).toEqual([60, null]);
  nowMs = 160;
  expect([keys.leftMs('a'), keys.note('a')]).toEqual([null, false]);
});

it('gives the keys that it knows, and knows none that was to be forgotten', () => {
  let nowMs = 0;
  const keys = new ExpiringKeys<string>(100, () => nowMs);
  for (const key of ['a', 'b', 'c']) {
    keys.note(key);
    nowMs += 40;
  }
  expect(keys.keys()).toEqual(['b', 'c']);
  keys.forget('c');
  expect([keys.keys(), keys.leftMs('c')]).toEqual([['b'], null]);
});
