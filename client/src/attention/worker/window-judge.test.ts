import { beforeAll, describe, expect, it } from 'vitest';
import type { AbstainReason, WindowOutcome } from '@lectern/contracts';
import { readShippedModel } from '../build/shipped-model.ts';
import { Baseline } from './baseline.ts';
import type { Lids } from './eyelids.ts';
import type { FaceObservables, ObservedFrame } from './observables.ts';
import { Scorer } from './scorer.ts';
import { WindowJudge } from './window-judge.ts';
import { THIS_SCREEN, type ClassScreens } from '../class-screens.ts';

/** Somebody at a laptop, 60 cm away, in good light, whose gaze meets the middle of the screen under the camera. */
const FACING: FaceObservables = {
  yawDeg: 0,
  pitchDeg: -8,
  rollDeg: 0,
  gazeYawDeg: 0,
  gazePitchDeg: -12,
  offLensYawDeg: 0,
  offLensPitchDeg: -8,
  offLensGazeYawDeg: 0,
  offLensGazePitchDeg: -12,
  eyeOpenLeft: 0.98,
  eyeOpenRight: 0.98,
  openness: 0.98,
  size: 0.13,
  x: 0.5,
  y: 0.4,
};
const AT_NOTES: FaceObservables = {
  ...FACING,
  pitchDeg: -30,
  gazePitchDeg: -48,
  offLensPitchDeg: -30,
  offLensGazePitchDeg: -48,
};
const ASIDE: FaceObservables = {
  ...FACING,
  yawDeg: 40,
  gazeYawDeg: 60,
  offLensYawDeg: 40,
  offLensGazeYawDeg: 60,
};
const SHUT = { eyeOpenLeft: 0.02, eyeOpenRight: 0.02, openness: 0.02 };

let scorer: Scorer;
beforeAll(async () => {
  const { runtime, model } = await readShippedModel();
  scorer = await Scorer.open(runtime, model);
});

type Look = readonly [FaceObservables | null, Lids];

/** Windows one after the other, five looks a second; each says what is seen in its `i`th look. */
async function judged(
  windows: readonly ((i: number) => Look)[],
  screens: Partial<ClassScreens> = {},
  { baseline = null, reason = null }: { baseline?: Baseline | null; reason?: AbstainReason | null } = {},
): Promise<WindowOutcome[]> {
  const judge = new WindowJudge(scorer, baseline);
  judge.setScreens({ ...THIS_SCREEN, ...screens });
  const outcomes: WindowOutcome[] = [];
  for (const [windowIndex, look] of windows.entries()) {
    const startMs = windowIndex * 5000;
    const frames = Array.from({ length: 25 }, (_, i): ObservedFrame => {
      const [face, lids] = look(i);
      return { tMs: startMs + i * 200, face, lids, picture: { light: 0.45, sharpness: 0.05, change: 0.01 } };
    });
    const about = { windowIndex, startMs, endMs: startMs + 5000, reason };
    outcomes.push(await judge.judge({ ...about, frames }));
  }
  return outcomes;
}

function always(face: FaceObservables | null, lids: Lids = 'open'): () => Look {
  return () => [face, lids];
}

function scoreOf(outcome: WindowOutcome | undefined): number {
  return outcome?.kind === 'score' ? outcome.score : Number.NaN;
}

describe('a window', () => {
  it('of a face that looks at the screen is high, and of one that looks aside low', async () => {
    const [facing, aside] = await judged([always(FACING), always(ASIDE)]);
    expect(scoreOf(facing)).toBeGreaterThan(0.85);
    expect(scoreOf(aside)).toBeLessThan(0.15);
  });

  it('of an empty chair is low', async () => {
    const [, gone] = await judged([always(FACING), always(null)]);
    expect(scoreOf(gone)).toBeLessThan(0.15);
  });

  it('of a face that is missed for seconds between looks at the screen is high, wherever the window begins', async () => {
    const seldom = (i: number): Look => [i % 12 === 6 ? FACING : null, 'open'];
    const outcomes = await judged([always(FACING), seldom, seldom]);
    for (const outcome of outcomes) expect(scoreOf(outcome)).toBeGreaterThan(0.8);
  });

  it('of a face that turned aside, is missed and is found aside is low', async () => {
    const [outcome] = await judged([(i) => [i % 8 === 0 ? ASIDE : null, 'open']]);
    expect(scoreOf(outcome)).toBeLessThan(0.15);
  });

  it('of somebody who looks down cannot be told for 20 s, then it is low', async () => {
    const outcomes = await judged(Array.from({ length: 6 }, () => always(AT_NOTES)));
    expect(outcomes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ({ kind: 'abstain', reason: 'brief' })));
    for (const outcome of outcomes.slice(4)) expect(scoreOf(outcome)).toBeLessThan(0.15);
  });

  it('of closed eyes is low, whichever way the face is bowed: nobody takes notes with them', async () => {
    const outcomes = await judged([
      always({ ...FACING, ...SHUT }, 'closed'),
      always({ ...AT_NOTES, ...SHUT }, 'closed'),
    ]);
    for (const outcome of outcomes) {
      expect(scoreOf(outcome)).toBeLessThan(0.15);
    }
  });

  it('goes on through a blink as before it, wherever the window begins', async () => {
    const [, whole] = await judged([always(FACING), always(FACING)]);
    const [, begun] = await judged([
      always(FACING),
      (i) => (i < 2 ? [{ ...FACING, ...SHUT }, 'blink'] : [FACING, 'open']),
    ]);
    expect(scoreOf(begun)).toBeCloseTo(scoreOf(whole), 3);
    const [outcome] = await judged([(i) => (i % 3 === 0 ? [FACING, 'open'] : [{ ...AT_NOTES, ...SHUT }, 'blink'])]);
    expect(scoreOf(outcome)).toBeGreaterThan(0.85);
  });

  it('of a face that is lost towards a declared screen cannot be told until one is found again', async () => {
    const turning = (i: number): Look => (i < 4 ? [FACING, 'open'] : [i < 6 ? ASIDE : null, 'open']);
    const windows = [turning, always(null), always(null), always(FACING), always(null)];
    const lost = { kind: 'abstain', reason: 'lost-aside' };
    const declared = await judged(windows, { left: true });
    expect(declared.slice(0, 3)).toEqual([lost, lost, lost]);
    expect(scoreOf(declared[3])).toBeGreaterThan(0.85);
    // From there the person left.
    expect(scoreOf(declared[4])).toBeLessThan(0.15);
    const outcomes = [...(await judged(windows)), ...(await judged(windows, { right: true }))];
    expect(outcomes.map(({ kind }) => kind)).not.toContain('abstain');
  });

  it('teaches the baseline where it can be told, and only there', async () => {
    for (const [reason, learns] of [
      [null, true],
      ['no-life-yet', false],
      ['several-faces', false],
    ] as const) {
      const baseline = new Baseline();
      await judged([always(FACING)], {}, { baseline, reason });
      expect(baseline.isPersonal, String(reason)).toBe(learns);
    }
  });
});
