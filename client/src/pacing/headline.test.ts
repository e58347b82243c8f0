import { pacingSchema, type Pacing } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { headline, levelOf, stepsFrom } from './headline.ts';

function pacing(change: Partial<Pacing>): Pacing {
  return pacingSchema.parse({
    state: 'reading',
    minimumCohort: 10,
    modelTags: [],
    lastMs: 600_000,
    measured: null,
    current: null,
    readings: [],
    fine: [],
    coverage: [],
    ...change,
  });
}
const live = { live: true, onBreak: false };
const minute = (share: number, measured: number): Pacing['current'] => ({
  resolution: 'minute',
  fromMs: 540_000,
  toMs: 600_000,
  share,
  low: share - 0.05,
  high: share + 0.05,
  measured,
});

describe('headline', () => {
  it('says the figure of the current reading, its range and how many it rests on', () => {
    const coverage = [{ window: 119, measured: 62, unclear: 9, present: 398 }];
    expect(headline(pacing({ current: minute(0.784, 62), coverage }), live)).toEqual({
      kind: 'figure',
      level: 'most',
      percent: 78,
      low: 73,
      high: 83,
      measured: 62,
      present: 398,
    });
  });

  it('says how many were here in the minute that was read, whoever has left since', () => {
    const coverage = [
      { window: 118, measured: 30, unclear: 4, present: 87 },
      { window: 119, measured: 30, unclear: 4, present: 87 },
      { window: 120, measured: 24, unclear: 2, present: 29 },
    ];
    expect(headline(pacing({ current: minute(0.5, 30), coverage }), live)).toMatchObject({ measured: 30, present: 87 });
  });

  it('never says that more were measured than were here', () => {
    const coverage = [{ window: 119, measured: 60, unclear: 0, present: 60 }];
    expect(headline(pacing({ current: minute(0.5, 62), coverage }), live)).toMatchObject({ measured: 62, present: 62 });
  });

  it('has words and no figure from 10 to 29', () => {
    const current = { resolution: 'words', fromMs: 300_000, toMs: 600_000, level: 'about-half', measured: 20 } as const;
    const shown = headline(pacing({ current }), live);
    expect(shown).toEqual({ kind: 'words', level: 'about-half', measured: 20, present: 20 });
    expect(shown).not.toHaveProperty('percent');
  });

  it('says how many take part from 5 on, and nothing below', () => {
    // The newest window alone would read "12 taking part; figures from 10 on".
    const coverage = [{ window: 1, measured: 12, unclear: 0, present: 30 }];
    const some = pacing({ state: 'some', measured: 9, coverage });
    expect(headline(some, live)).toEqual({ kind: 'some', taking: 9, minimum: 10 });
    expect(headline(pacing({ state: 'few' }), live)).toEqual({ kind: 'few' });
  });

  it('names the newest figure while figures are catching up, where there is one', () => {
    const behind = { state: 'catching-up', lastMs: 660_000 } as const;
    const last = { level: 'most', atMs: 600_000 };
    expect(headline(pacing({ ...behind, readings: [minute(0.8, 62)!] }), live)).toEqual({ kind: 'catching-up', last });
    expect(headline(pacing(behind), live)).toEqual({ kind: 'catching-up', last: null });
  });

  it('waits in the form that will come', () => {
    const lastMs = 60_000;
    expect(headline(pacing({ measured: 20, lastMs }), live)).toEqual({
      kind: 'waiting',
      inWords: true,
      isFirst: true,
      last: null,
    });
    expect(headline(pacing({ measured: 80, lastMs }), live)).toEqual({
      kind: 'waiting',
      inWords: false,
      isFirst: true,
      last: null,
    });
  });

  it('speaks of no first word in the middle of a class', () => {
    expect(headline(pacing({ measured: 28, lastMs: 305_000 }), live)).toEqual({
      kind: 'waiting',
      inWords: true,
      isFirst: false,
      last: null,
    });
  });

  it('keeps the last figure in sight until there is a word again', () => {
    const readings = [minute(0.5, 31)!];
    expect(headline(pacing({ measured: 24, lastMs: 780_000, readings }), live)).toMatchObject({
      kind: 'waiting',
      last: { level: 'about-half', atMs: 600_000 },
    });
  });

  it('shows no reading before the start, in a break or when the signal is off', () => {
    const current = minute(0.8, 62);
    expect(headline(pacing({ current }), { live: false, onBreak: false })).toEqual({ kind: 'not-started' });
    expect(headline(pacing({ current }), { live: true, onBreak: true })).toEqual({ kind: 'break' });
    expect(headline(pacing({ current, state: 'off' }), live)).toEqual({ kind: 'off' });
  });
});

describe('stepsFrom', () => {
  it('begins with the smallest cohort that is shown here', () => {
    expect(stepsFrom(10)).toEqual([
      { resolution: 'words', from: 10, to: 29 },
      { resolution: 'minute', from: 30, to: 199 },
      { resolution: 'window', from: 200, to: null },
    ]);
    expect(stepsFrom(25)[0]).toEqual({ resolution: 'words', from: 25, to: 29 });
    expect(stepsFrom(40)).toEqual([
      { resolution: 'minute', from: 40, to: 199 },
      { resolution: 'window', from: 200, to: null },
    ]);
    expect(stepsFrom(500)).toEqual([{ resolution: 'window', from: 500, to: null }]);
  });
});

describe('levelOf', () => {
  it('calls a share as the words do', () => {
    expect([0, 0.34, 0.35, 0.5, 0.64, 0.65, 1].map(levelOf)).toEqual([
      'few',
      'few',
      'about-half',
      'about-half',
      'about-half',
      'most',
      'most',
    ]);
  });
});
