import type { Coverage } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { coverageLine } from './coverage-line.ts';

const row = (window: number, measured: number | null, unclear: number | null, present: number): Coverage => ({
  window,
  measured,
  unclear,
  present,
});
const line = (measured: number | null, ...coverage: Coverage[]) =>
  coverageLine({ measured, minimumCohort: 10, coverage });

describe('coverageLine', () => {
  it('counts the newest window in three kinds that add up to all present', () => {
    expect(line(60, row(0, 60, 11, 398), row(1, 62, 9, 398))).toEqual({
      kind: 'counts',
      measured: 62,
      unclear: 9,
      not: 327,
    });
  });

  it('says nothing of fewer than five, also while the newest window alone has more', () => {
    expect(line(null, row(1, null, null, 40))).toEqual({ kind: 'few', present: 40 });
    expect(line(null, row(0, null, null, 38), row(1, 12, 3, 40))).toEqual({ kind: 'few', present: 40 });
  });

  it('says the headline’s count below k, whatever the newest window alone has', () => {
    const told = { kind: 'counts', measured: 7, unclear: 2, not: 21 };
    expect(line(7, row(0, 7, 1, 30), row(1, 7, 2, 30), row(2, 12, 0, 30))).toEqual(told);
    expect(line(7, row(0, 7, 2, 30), row(1, null, null, 30))).toEqual(told);
  });

  it('stays with the headline where the newest window alone fell below k', () => {
    const told = { kind: 'counts', measured: 40, unclear: 5, not: 15 };
    expect(line(40, row(0, 40, 5, 60), row(1, 9, 1, 60))).toEqual(told);
    expect(line(40, row(0, 40, 5, 60), row(1, null, null, 60))).toEqual(told);
  });

  it('never counts below nought when people have just left', () => {
    expect(line(62, row(1, 62, 9, 60))).toMatchObject({ not: 0 });
  });

  it('knows an empty room', () => {
    expect(line(null)).toEqual({ kind: 'none' });
    expect(line(null, row(1, null, null, 0))).toEqual({ kind: 'none' });
  });
});
