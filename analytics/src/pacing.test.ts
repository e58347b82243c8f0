import { pacingSchema } from '@lectern/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pacingFrom, ROWS_FOR_PACING } from './pacing.ts';
import type { PublishedWindow } from './published-window.ts';
import { publishedWindow } from './test-signals.ts';

const MINUTE = 12;

function crowd(windows: number, measured: number, from = 0): PublishedWindow[] {
  return Array.from({ length: windows }, (_, index) => publishedWindow(from + index, measured, 0.8));
}

function pacing(rows: readonly PublishedWindow[], minimumCohort = 10) {
  return pacingFrom(rows, { minimumCohort, modelTags: [7] });
}

describe('the pacing view', () => {
  it('is empty before the first window is closed', () => {
    expect(pacing([])).toEqual({
      state: 'few',
      minimumCohort: 10,
      modelTags: [7],
      lastMs: null,
      measured: null,
      current: null,
      readings: [],
      fine: [],
      coverage: [],
    });
  });

  it('says few below five, some below k, and reading from there on', () => {
    expect([0, 4, 5, 9, 10, 200].map((count) => pacing(crowd(MINUTE, count)).state)).toEqual([
      'few',
      'few',
      'some',
      'some',
      'reading',
      'reading',
    ]);
    expect(pacing(crowd(MINUTE, 24), 25).state).toBe('some');
  });

  it('changes neither its state nor how many take part for one window in which nothing came', () => {
    expect(pacing([...crowd(11, 40), publishedWindow(11, 0, 0)])).toMatchObject({ state: 'reading', measured: 40 });
  });

  it('tells of a class that begins to take part with its second window, however long nobody did', () => {
    const nobody = crowd(30, 0);
    expect(pacing([...nobody, ...crowd(1, 60, 30)])).toMatchObject({ state: 'few', measured: null });
    expect(pacing([...nobody, ...crowd(2, 60, 30)])).toMatchObject({ state: 'reading', measured: 60 });
  });

  it('tells how many take part from the counts that its state is told from, and nothing below five', () => {
    expect(pacing([...crowd(11, 7), publishedWindow(11, 12, 0.5)])).toMatchObject({ state: 'some', measured: 7 });
    expect(pacing([...crowd(11, 3), publishedWindow(11, 12, 0.5)])).toMatchObject({ state: 'few', measured: null });
  });

  it('has the newest mark as its current reading', () => {
    for (const count of [20, 60, 300]) {
      const found = pacing(crowd(16 * MINUTE + 5, count));
      expect(found.current).not.toBeNull();
      expect(found.current).toEqual(found.readings.at(-1));
    }
  });

  it('gives no current reading that ended more than two minutes ago', () => {
    const rows = [...crowd(5 * MINUTE, 40), ...crowd(2 * MINUTE, 20, 5 * MINUTE)];
    expect(pacing(rows).current).toMatchObject({ resolution: 'minute', toMs: 300_000 });
    const later = [...rows, ...crowd(MINUTE, 20, 7 * MINUTE)];
    expect(pacing(later)).toMatchObject({ state: 'reading', current: null });
  });

  it('gives no current reading while fewer than k take part, and keeps the marks of before', () => {
    const found = pacing([...crowd(5 * MINUTE, 40), ...crowd(MINUTE, 7, 5 * MINUTE)]);
    expect(found).toMatchObject({ state: 'some', current: null });
    expect(found.readings).toHaveLength(5);
  });

  it('holds fifteen minutes, however long the class was', () => {
    const found = pacing(crowd(ROWS_FOR_PACING, 250, 1_000));
    expect(found.readings).toHaveLength(15);
    expect(found.fine).toHaveLength(180);
    expect(found.coverage).toHaveLength(180);
    expect(found.lastMs).toBe((1_000 + ROWS_FOR_PACING) * 5_000);
  });

  it('reads only from published rows: rows without a value change no reading', () => {
    const rows = crowd(2 * MINUTE, 40).filter(({ window }) => window % 3 !== 0);
    const unpublished = crowd(2 * MINUTE, 9).filter(({ window }) => window % 3 === 0);
    const mixed = [...rows, ...unpublished].sort((one, other) => one.window - other.window);
    const [without, withThem] = [pacing(rows), pacing(mixed)];
    expect(withThem.readings).toEqual(without.readings);
    expect(withThem.readings).not.toHaveLength(0);
  });

  it('fits its contract and never tells a count below five', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.double({ min: -1, max: 2, noNaN: true }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 260 }), fc.integer({ min: 10, max: 60 }), (items, minimumCohort) => {
        const rows = items.map(([measured, share], window) => publishedWindow(window, measured, share));
        const found = pacing(rows, minimumCohort);
        expect(pacingSchema.parse(found)).toEqual(found);
        expect(found.coverage.every(({ measured }) => measured === null || measured >= 5)).toBe(true);
        if (found.current !== null) expect(found.current).toEqual(found.readings.at(-1));
      }),
      { numRuns: 100 },
    );
  });
});
