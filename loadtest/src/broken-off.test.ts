import { expect, it } from 'vitest';
import { judgedSoFar, whyBrokenOff } from './broken-off.ts';

const figure = (name: string, value: number | null) => ({ name, unit: '', value, goal: 1, note: '' });
const FIGURES = [figure('met', 0), figure('missed', 2), figure('not measured', null)];
const goalsOf = (server: boolean, byRemoval = false) =>
  judgedSoFar(FIGURES, { server, byRemoval }).map(({ goal }) => goal);

it('says why a run ended before its time, and nothing of one that only missed its goals', () => {
  const well = {
    code: 0,
    signal: null,
    isInterrupted: false,
    goneSinceMs: null,
    serverEndedBy: null,
    wasRemoved: false,
  };
  expect([0, 99].map((code) => whyBrokenOff({ ...well, code }))).toEqual([null, null]);
  expect(whyBrokenOff({ ...well, code: 107 })).toMatch(/^k6 did not end as it should/);
  expect(whyBrokenOff({ ...well, code: null, signal: 'SIGKILL' })).toMatch(/^k6 was ended by SIGKILL \(where memory/);
  expect(whyBrokenOff({ ...well, code: 105, isInterrupted: true })).toBe('Interrupted');
  expect(whyBrokenOff({ ...well, code: 108, wasRemoved: true })).toMatch(/^The class was ended on the server/);
  // Interrupted too late for that to change anything.
  expect(whyBrokenOff({ ...well, isInterrupted: true })).toBeNull();
  const gone = { ...well, code: 108, isInterrupted: true, goneSinceMs: new Date('2026-11-30T09:12:01').getTime() };
  expect(whyBrokenOff(gone)).toBe('The server has not answered since 09:12:01 (its own log says why)');
  expect(whyBrokenOff({ ...gone, serverEndedBy: 'SIGABRT' })).toBe('The server ended by itself (SIGABRT)');
  // As it was told to remove the class: nobody looked any more, and k6 was through.
  expect(whyBrokenOff({ ...well, serverEndedBy: 'exit code 134' })).toBe('The server ended by itself (exit code 134)');
  expect(whyBrokenOff({ ...well, wasRemoved: true })).toMatch(/^The class was ended on the server/);
  expect(whyBrokenOff({ ...well, code: 105, isInterrupted: true, wasRemoved: true })).toBe('Interrupted');
});

it('judges what was measured until then, passes nothing of a class without a server, and misses nothing of one that was removed', () => {
  expect(goalsOf(false)).toEqual([1, 1, null]);
  expect(goalsOf(true)).toEqual([null, 1, null]);
  expect(goalsOf(false, true)).toEqual([null, null, null]);
});
