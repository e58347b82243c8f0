import { describe, expect, it } from 'vitest';
import { newClass, people, scored } from './test-signals.ts';
import { UnsettledRows } from './unsettled-rows.ts';

describe('contributions of which nobody knows whether they are on disk', () => {
  const [one, other] = [newClass(), newClass()];
  const rowsOf = (classId: typeof one) => people(3).map((person) => scored(classId, person, 0, 0.5));

  it('are bounded; the oldest are forgotten first', () => {
    const unsettled = new UnsettledRows(2);
    const rows = rowsOf(one);
    unsettled.add(rows);
    expect(rows.map((row) => unsettled.has(row))).toEqual([false, true, true]);
  });

  it('are settled one by one, and forgotten with their class', () => {
    const unsettled = new UnsettledRows();
    const [first, ...rest] = rowsOf(one);
    unsettled.add([first!, ...rest, ...rowsOf(other)]);
    unsettled.settle([first!]);
    expect([first!, ...rest].map((row) => unsettled.has(row))).toEqual([false, true, true]);
    unsettled.forget(one);
    expect(rest.some((row) => unsettled.has(row))).toBe(false);
    expect(rowsOf(other).every((row) => unsettled.has(row))).toBe(true);
  });
});
