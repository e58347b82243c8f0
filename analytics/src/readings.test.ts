import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishedWindow } from './published-window.ts';
import { estimate, fineMarks, levelWord, marks, PublishedStretch } from './readings.ts';
import { publishedWindow } from './test-signals.ts';

const MINUTE = 12;
const MINUTE_MS = 60_000;

/** `minutes` whole minutes of the same crowd. */
function crowd(minutes: number, measured: number, score = 0.8, from = 0): PublishedWindow[] {
  return Array.from({ length: minutes * MINUTE }, (_, index) =>
    publishedWindow(from * MINUTE + index, measured, score),
  );
}

function shapes(rows: readonly PublishedWindow[], toMs: number): string[] {
  return marks(new PublishedStretch(rows), 0, toMs).map(
    (mark) => `${mark.resolution} ${mark.fromMs / MINUTE_MS}-${mark.toMs / MINUTE_MS}`,
  );
}

describe('an estimate', () => {
  it('weighs each window by how many were measured', () => {
    const found = estimate([publishedWindow(0, 10, 1), publishedWindow(1, 30, 0.5)], 2);
    expect(found?.share).toBeCloseTo((10 * 1 + 30 * 0.5) / 40);
    expect(found?.measured).toBe(20);
  });

  it('knows its noise: standard deviations of the rows add up in squares', () => {
    const found = estimate(crowd(1, 40), MINUTE);
    expect(found?.sd).toBeCloseTo((10 * Math.sqrt(MINUTE)) / (40 * MINUTE));
  });

  it('needs at least half of the windows', () => {
    const rows = crowd(1, 40);
    expect(estimate(rows.slice(0, 6), MINUTE)).not.toBeNull();
    expect(estimate(rows.slice(0, 5), MINUTE)).toBeNull();
  });

  it('is none over windows without a value', () => {
    expect(estimate(crowd(1, 9), MINUTE)).toBeNull();
    expect(estimate([], MINUTE)).toBeNull();
  });

  it('counts a missing window as missing, never as zero', () => {
    const full = crowd(1, 40);
    const gaps = full.filter((row) => row.window % 2 === 0);
    expect(estimate(gaps, MINUTE)?.share).toBeCloseTo(estimate(full, MINUTE)!.share);
  });
});

describe('marks', () => {
  it('are minutes from 30 measured on, words for five minutes below, nothing below ten', () => {
    expect(shapes(crowd(6, 30), 6 * MINUTE_MS)).toEqual([0, 1, 2, 3, 4, 5].map((at) => `minute ${at}-${at + 1}`));
    expect(shapes(crowd(6, 29), 6 * MINUTE_MS)).toEqual(['words 1-6']);
    expect(shapes(crowd(6, 9), 6 * MINUTE_MS)).toEqual([]);
  });

  it('lay words backwards from the newest minute', () => {
    expect(shapes(crowd(15, 20), 15 * MINUTE_MS)).toEqual(['words 0-5', 'words 5-10', 'words 10-15']);
    expect(shapes(crowd(12, 20), 12 * MINUTE_MS)).toEqual(['words 2-7', 'words 7-12']);
  });

  it('leave a gap where fewer than half of a minute was published', () => {
    const rows = crowd(3, 40).filter(({ window }) => window < MINUTE || window >= 2 * MINUTE - 5);
    expect(shapes(rows, 3 * MINUTE_MS)).toEqual(['minute 0-1', 'minute 2-3']);
  });

  it('do not fold minutes that have a figure into words', () => {
    const rows = [...crowd(4, 20), ...crowd(2, 40, 0.8, 4), ...crowd(5, 20, 0.8, 6)];
    expect(shapes(rows, 11 * MINUTE_MS)).toEqual(['minute 4-5', 'minute 5-6', 'words 6-11']);
  });

  it('take a minute with half its windows for what it is: a wider band, not a lower figure', () => {
    const [whole] = marks(new PublishedStretch(crowd(1, 40)), 0, MINUTE_MS);
    const [half] = marks(new PublishedStretch(crowd(1, 40).slice(6)), 0, MINUTE_MS);
    if (whole?.resolution !== 'minute' || half?.resolution !== 'minute') throw new Error('both are minutes');
    expect(half.share).toBeCloseTo(whole.share);
    expect(half.high - half.low).toBeGreaterThan(whole.high - whole.low);
  });

  it('are clipped only when shown: a mean over windows beyond the end is not dragged down', () => {
    const beyond: PublishedWindow[] = crowd(1, 40).map((row) => ({
      ...row,
      value: { noisySum: row.window < 6 ? 50 : 30, noiseSd: 10 },
    }));
    const [mark] = marks(new PublishedStretch(beyond), 0, MINUTE_MS);
    expect(mark).toMatchObject({ share: 1, high: 1 });
  });

  it('are fine only where 200 were measured', () => {
    const stretch = new PublishedStretch([publishedWindow(0, 199, 0.5), publishedWindow(1, 200, 0.5, 10)]);
    expect(fineMarks(stretch, 0, 2)).toMatchObject([
      { resolution: 'window', fromMs: 5_000, toMs: 10_000, share: 0.5, measured: 200 },
    ]);
  });
});

describe('the words', () => {
  it('change at 65 and 35 percent', () => {
    expect([0, 0.34, 0.35, 0.64, 0.65, 1].map((share) => levelWord(share, null))).toEqual([
      'few',
      'few',
      'about-half',
      'about-half',
      'most',
      'most',
    ]);
  });

  it('hold until their edge is passed by five percent', () => {
    expect(levelWord(0.61, 'most')).toBe('most');
    expect(levelWord(0.59, 'most')).toBe('about-half');
    expect(levelWord(0.69, 'about-half')).toBe('about-half');
    expect(levelWord(0.71, 'about-half')).toBe('most');
    expect(levelWord(0.31, 'about-half')).toBe('about-half');
    expect(levelWord(0.29, 'about-half')).toBe('few');
    expect(levelWord(0.39, 'few')).toBe('few');
    expect(levelWord(0.41, 'few')).toBe('about-half');
    expect(levelWord(0.9, 'few')).toBe('most');
    expect(levelWord(0.1, 'most')).toBe('few');
  });

  it('of one end of five minutes do not depend on where the view begins, once two words have passed the margin', () => {
    const rows = [...crowd(5, 20, 0.9), ...crowd(5, 20, 0.1, 5), ...crowd(10, 20, 0.67, 10)];
    const stretch = new PublishedStretch(rows);
    const last = (fromMs: number) => marks(stretch, fromMs, 20 * MINUTE_MS).at(-1);
    expect(last(5 * MINUTE_MS)).toEqual(last(3 * MINUTE_MS));
  });
});

describe('whatever was published', () => {
  const row = fc.record({
    measured: fc.integer({ min: 0, max: 400 }),
    share: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
    published: fc.boolean(),
  });
  const history = fc
    .array(row, { maxLength: 20 * MINUTE })
    .map((items) =>
      items.flatMap(({ measured, share, published }, window): PublishedWindow[] =>
        published ? [publishedWindow(window, measured, share, measured < 500 ? 10 : 31)] : [],
      ),
    );

  it('no reading stands without k in at least half of its windows, none overlaps, each is of its step', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 20 }), (rows, minutes) => {
        const stretch = new PublishedStretch(rows);
        const laid = marks(stretch, 0, minutes * MINUTE_MS);
        for (const [index, mark] of laid.entries()) {
          const values = rows.filter(
            ({ window, value }) => value !== null && window * 5_000 >= mark.fromMs && (window + 1) * 5_000 <= mark.toMs,
          );
          const spanMs = mark.toMs - mark.fromMs;
          expect(values.length * 2).toBeGreaterThanOrEqual(spanMs / 5_000);
          expect(values.every(({ measured }) => measured !== null && measured >= 10)).toBe(true);
          expect(mark.measured).toBeGreaterThanOrEqual(mark.resolution === 'words' ? 10 : 30);
          expect(spanMs).toBe(mark.resolution === 'words' ? 300_000 : 60_000);
          expect(mark.toMs).toBeLessThanOrEqual(laid[index + 1]?.fromMs ?? minutes * MINUTE_MS);
          if (mark.resolution !== 'words') {
            expect(mark.low).toBeLessThanOrEqual(mark.share);
            expect(mark.share).toBeLessThanOrEqual(mark.high);
            expect(mark.low >= 0 && mark.high <= 1).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('words carry no figure but how many were measured', () => {
    fc.assert(
      fc.property(history, (rows) => {
        for (const mark of marks(new PublishedStretch(rows), 0, 20 * MINUTE_MS)) {
          if (mark.resolution !== 'words') continue;
          expect(Object.keys(mark).sort()).toEqual(['fromMs', 'level', 'measured', 'resolution', 'toMs']);
        }
      }),
      { numRuns: 100 },
    );
  });
});
