import { describe, expect, it } from 'vitest';
import { complete, misses, passes } from './figure.ts';

const quick = { name: 'quick', unit: 's', goal: 5 };
const plain = { name: 'plain', unit: 'MB', goal: null };

describe('a figure', () => {
  it('passes below its goal, not at it, and always without one', () => {
    expect(passes({ ...quick, value: 4.99, note: '' })).toBe(true);
    expect(passes({ ...quick, value: 5, note: '' })).toBe(false);
    expect(passes({ ...plain, value: 500, note: '' })).toBe(true);
  });

  it('passes at its goal and above where higher is better', () => {
    const right = { name: 'right', unit: '', goal: 0.9, better: 'higher', note: '' } as const;
    expect([0.89, 0.9, 0.95].map((value) => passes({ ...right, value }))).toEqual([false, true, true]);
  });

  it('that could not be measured does not pass, and misses its goal where it has one', () => {
    const unmeasured = [quick, plain].map((goal) => ({ ...goal, value: null, note: '' }));
    expect(unmeasured.map(passes)).toEqual([false, false]);
    expect(unmeasured.map(misses)).toEqual([true, false]);
  });

  it('of which there is none, and which says so, was measured: it passes unless it has a goal', () => {
    const none = [plain, quick].map((goal) => ({ ...goal, value: null, words: 'none', note: '' }));
    expect(none.map(passes)).toEqual([true, false]);
    expect(none.map(misses)).toEqual([false, true]);
  });

  it('stands in the list whether it was measured or not', () => {
    const measured = { ...plain, value: 3, note: 'alone' };
    expect(complete([quick, plain], [measured])).toEqual([{ ...quick, value: null, note: '' }, measured]);
    expect(complete([quick], [{ ...quick, value: Number.NaN, note: 'of none' }])).toMatchObject([{ value: null }]);
  });

  it('that nobody asked for is a mistake', () => {
    expect(() => complete([quick], [{ ...plain, value: 3, note: '' }])).toThrow('nobody asked for "plain"');
  });
});
