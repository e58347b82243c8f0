import { expect, it } from 'vitest';
import { looksBetween, rateInWords } from './looks.ts';

it('tells how often was looked in the windows of one stretch, and at which rate was aimed', () => {
  const before = { windows: 3, frames: 75, targetHz: 5 };
  const after = { windows: 15, frames: 549, targetHz: 8 };
  expect(rateInWords(looksBetween(before, after))).toBe('7.9 looks a second (8 aimed at)');
});

it('says so where no window ended', () => {
  const none = { windows: 0, frames: 0, targetHz: Number.NaN };
  expect(rateInWords(none)).toBe('no window ended');
});
