import { expect, it } from 'vitest';
import { judgedSoFar, whyBrokenOff } from './broken-off.ts';

const figure = (name: string, value: number | null) => ({ name, unit: '', value, goal: 1, note: '' });
const FIGURES = [figure('met', 0), figure('missed', 2), figure('not measured', null)];
const goalsOf = (isServerGone: boolean) => judgedSoFar(FIGURES, isServerGone).map(({ goal }) => goal);

it('says why a run ended before its time, and nothing of one that only missed its goals', () => {
  const well = { code: 0, isInterrupted: false, goneSinceMs: null };
  expect([0, 99].map((code) => whyBrokenOff({ ...well, code }))).toEqual([null, null]);
  expect(whyBrokenOff({ ...well, code: 107 })).toMatch(/^k6 did not end as it should/);
  expect(whyBrokenOff({ ...well, code: 105, isInterrupted: true })).toBe('Interrupted');
  // Interrupted too late for that to change anything.
  expect(whyBrokenOff({ ...well, isInterrupted: true })).toBeNull();
  expect(whyBrokenOff({ code: 108, isInterrupted: true, goneSinceMs: new Date('2026-11-30T09:12:01').getTime() })).toBe(
    'The server has not answered since 09:12:01',
  );
});

it('judges what was measured until then, and passes nothing of a class without a server', () => {
  expect(goalsOf(false)).toEqual([1, 1, null]);
  expect(goalsOf(true)).toEqual([null, 1, null]);
});
