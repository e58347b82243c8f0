import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaPath,
  axisTimes,
  bounds,
  boundsAreDrawn,
  chartEndMs,
  chartSpan,
  clusters,
  linePath,
  presentDuring,
  runs,
  xOf,
  yOf,
  type FigureReading,
  type Plot,
} from './chart-geometry.ts';

const MINUTE = 60_000;
const plot: Plot = { fromMs: 0, toMs: 15 * MINUTE, width: 300, height: 120 };
const reading = (minute: number, share = 0.5): FigureReading => ({
  resolution: 'minute',
  fromMs: minute * MINUTE,
  toMs: (minute + 1) * MINUTE,
  share,
  low: Math.max(0, share - 0.1),
  high: Math.min(1, share + 0.1),
  measured: 60,
});

describe('the axis', () => {
  it('always runs from 0 at the bottom to 100 at the top', () => {
    expect(yOf(plot, 0)).toBe(120);
    expect(yOf(plot, 1)).toBe(0);
    expect(yOf(plot, 1.2)).toBe(0);
  });

  it('shows the last quarter of an hour, and the first one from its beginning', () => {
    expect(chartSpan(40 * MINUTE, 15 * MINUTE)).toEqual({ fromMs: 25 * MINUTE, toMs: 40 * MINUTE });
    expect(chartSpan(4 * MINUTE, 15 * MINUTE)).toEqual({ fromMs: 0, toMs: 15 * MINUTE });
    expect(chartSpan(0, 15 * MINUTE)).toEqual({ fromMs: 0, toMs: 15 * MINUTE });
  });

  it('ends with the newest figure, and goes on with the lanes where nothing is measured', () => {
    const event = { atMs: 40.5 * MINUTE, kind: 'stage-joined' } as const;
    const minute = { minute: 42, messages: 3, hands: 0, reactions: 1 };
    expect(chartEndMs(42 * MINUTE, [event], [minute])).toBe(42 * MINUTE);
    expect(chartEndMs(41.9 * MINUTE, [event], [minute])).toBe(41.9 * MINUTE);
    expect(chartEndMs(20 * MINUTE, [event], [])).toBe(41 * MINUTE);
    expect(chartEndMs(null, [event], [minute])).toBe(43 * MINUTE);
    expect(chartEndMs(null, [], [])).toBe(0);
  });

  it('names full five minutes of the reader’s clock', () => {
    const startedAt = Date.UTC(2026, 2, 2, 9, 2, 30);
    const times = axisTimes({ fromMs: 0, toMs: 15 * MINUTE }, startedAt, 5 * MINUTE);
    expect(times.map((at) => new Date(startedAt + at).toISOString().slice(11, 19))).toEqual([
      '09:05:00',
      '09:10:00',
      '09:15:00',
    ]);
  });
});

describe('runs', () => {
  it('break where nothing may be shown', () => {
    const found = runs([reading(0), reading(1), reading(4), reading(5)], plot);
    expect(found.map((run) => run.length)).toEqual([2, 2]);
  });

  it('leave out what lies outside of the span', () => {
    expect(runs([reading(0), reading(20)], { fromMs: 5 * MINUTE, toMs: 15 * MINUTE })).toEqual([]);
  });

  it('keep every reading inside exactly once, in order', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { maxLength: 15 });
    fc.assert(
      fc.property(minutes, (chosen) => {
        const readings = chosen.toSorted((a, b) => a - b).map((minute) => reading(minute));
        expect(runs(readings, plot).flat()).toEqual(readings);
      }),
    );
  });
});

describe('paths', () => {
  it('draw a single reading as a level stroke over its minute', () => {
    expect(linePath(plot, [reading(1, 0.5)])).toBe('M20.0 60.0L30.0 60.0L40.0 60.0');
  });

  it('close the band between its edges', () => {
    const path = areaPath(
      plot,
      [reading(0, 0.5)],
      ({ low }) => low,
      ({ high }) => high,
    );
    expect(path).toBe('M0.0 48.0L10.0 48.0L20.0 48.0L20.0 72.0L10.0 72.0L0.0 72.0Z');
  });

  it('are empty without readings', () => {
    expect(linePath(plot, [])).toBe('');
    expect(
      areaPath(
        plot,
        [],
        () => 0,
        () => 1,
      ),
    ).toBe('');
  });

  it('never leave the plot', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(shares, (all) => {
        const path = linePath(
          plot,
          all.map((share, minute) => reading(minute, share)),
        );
        const numbers = [...path.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(
          ([, x, y]) => [Number(x), Number(y)] as const,
        );
        for (const [x, y] of numbers) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(plot.width);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(plot.height);
        }
      }),
    );
  });
});

describe('bounds', () => {
  it('hold the true share of all present, whatever the others did', () => {
    const people = fc.record({
      measured: fc.integer({ min: 10, max: 500 }),
      others: fc.integer({ min: 0, max: 500 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      othersShare: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(people, ({ measured, others, share, othersShare }) => {
        const present = measured + others;
        const { low, high } = bounds({ ...reading(0, share), measured }, present);
        const truth = (share * measured + othersShare * others) / present;
        expect(truth).toBeGreaterThanOrEqual(low - 1e-9);
        expect(truth).toBeLessThanOrEqual(high + 1e-9);
      }),
    );
  });

  it('hold the band', () => {
    const { low, high } = bounds(reading(0, 0.8), 98);
    expect(low).toBeLessThan(0.7);
    expect(high).toBeGreaterThan(0.9);
  });

  it('are drawn from half coverage on', () => {
    expect(boundsAreDrawn(reading(0), 120)).toBe(true);
    expect(boundsAreDrawn(reading(0), 121)).toBe(false);
  });
});

describe('presentDuring', () => {
  it('is the middle of the windows of the stretch, at least the measured, and null when none is known', () => {
    const coverage = [11, 12, 13, 14].map((window) => ({ window, measured: 60, unclear: 0, present: window * 10 }));
    expect(presentDuring(coverage, reading(1))).toBe(130);
    expect(presentDuring(coverage, { ...reading(1), measured: 135 })).toBe(135);
    expect(presentDuring(coverage, reading(9))).toBeNull();
  });
});

describe('clusters', () => {
  it('take together what would overlap and lose nothing inside the span', () => {
    const items = [0, 1000, 200_000, 201_000, 202_000, 16 * MINUTE].map((atMs) => ({ atMs }));
    const marks = clusters(items, plot, 18);
    expect(marks.map(({ items: held }) => held.length)).toEqual([2, 3]);
    expect(marks[1]?.x).toBeCloseTo(xOf(plot, 200_000));
  });
});
