import type { WindowOutcome } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
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
