import type { WindowOutcome } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import type { FaceObservables } from '../../src/attention/worker/observables.ts';
import { NOBODY } from '../acting/frame-truth.ts';
import type { ClipKind } from '../acting/scripts.ts';
import { planClip } from '../data/clip.ts';
import { AccuracyFigures } from './figures.ts';
import type { JudgedClip } from './judged-clip.ts';
import type { WindowTruth } from './window-truth.ts';

const NO_LIFE: WindowOutcome = { kind: 'abstain', reason: 'no-life-yet' };
const scored = (score: number): WindowOutcome => ({ kind: 'score', score });

/** A clip in which somebody sits and looks at the camera from `fromMs` on, far aside before, with one window after the other. */
function clip(
  identity: number,
  fromMs: number,
  windows: readonly (readonly [WindowTruth, WindowOutcome])[],
  kind: ClipKind = 'mixed',
): JudgedClip {
  const { timesMs: _, ...plan } = planClip({ family: 'ict', identity, clip: 0, kind, part: 'train' });
  const frames = Array.from({ length: windows.length * 10 }, (_, i) => {
    const yawDeg = i * 500 >= fromMs ? 0 : 60;
    return { truth: { ...NOBODY, tMs: i * 500, present: true, yawDeg }, face: null, blink: false, eyesPitchDeg: 0 };
  });
  return {
    clip: { ...plan, drawnLooks: {}, costMs: { shoot: 0, look: 0 } },
    frames,
    windows: windows.map(([truth, outcome], index) => ({ index, truth, outcome })),
    learntYawDeg: 0,
  };
}

describe('figures on windows', () => {
  const late = clip(0, 5000, [
    ['away', NO_LIFE],
    ['facing', NO_LIFE],
    ['facing', NO_LIFE],
    ['facing', scored(0.9)],
    ['away', NO_LIFE],
  ]);
  const prompt = clip(1, 0, [
    ['facing', NO_LIFE],
    ['facing', scored(0.9)],
    ['away', scored(0.2)],
    ['brief', scored(0.2)],
  ]);

  it('take windows from ten seconds after the first face on', () => {
    const figures = new AccuracyFigures([late, prompt]);
    expect(figures.windowsJudged).toBe(3);
    expect(figures.abstained()).toMatchObject({ rows: 3, value: 1 / 3 });
    expect(figures.reasons()).toEqual({ 'no-life-yet': 1 });
  });

  it('count those before then as how soon there is a score', () => {
    expect(new AccuracyFigures([late, prompt]).scoredSoon()).toMatchObject({ rows: 2, value: 0.5 });
  });

  it('say nothing of clips that begin with a brief look down, or that show nobody alive', () => {
    const down = clip(0, 0, [
      ['brief', { kind: 'abstain', reason: 'brief' }],
      ['brief', { kind: 'abstain', reason: 'brief' }],
    ]);
    const photograph = clip(1, 0, [['away', scored(0.1)]], 'photograph');
    expect(new AccuracyFigures([down, photograph]).scoredSoon().rows).toBe(0);
  });
});

describe('figures on frames', () => {
  /** Somebody who blinks in the third of every ten looks; the shipped code says so where it finds the face. */
  const blinking = (identity: number, isFound: (i: number) => boolean): JudgedClip => {
    const bare = clip(identity, 0, [['facing', scored(0.9)]], 'blinks');
    const frames = Array.from({ length: 50 }, (_, i) => {
      const blink = i % 10 === 3;
      const face = isFound(i) ? ({ yawDeg: 0 } as FaceObservables) : null;
      const truth = { ...NOBODY, tMs: i * 100, present: true, yawDeg: 0, blink };
      return { truth, face, blink: blink && face !== null, eyesPitchDeg: 0 };
    });
    return { ...bare, frames };
  };

  it('leave blinks out while no face is found, and count them as misses beside', () => {
    const figures = new AccuracyFigures([blinking(0, (i) => i < 30)]);
    expect(figures.blinks().value).toBe(1);
    expect(figures.blinks('missed').value).toBe((2 * 3) / (2 * 3 + 2));
  });

  it('say in which share of the looks the face is found', () => {
    const figures = new AccuracyFigures([blinking(0, (i) => i < 30), blinking(1, () => true)]);
    const found = Object.values(figures.facesFoundByGroup()).map(({ value }) => value);
    expect(found.length).toBeGreaterThan(0);
    for (const value of found) expect([0.6, 0.8, 1]).toContain(value);
  });
});
