import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCREEN_MIDDLE, type Aim } from './aim.ts';
import { Baseline } from './baseline.ts';

function aside(degrees: number): Aim {
  return {
    headYawDeg: SCREEN_MIDDLE.headYawDeg + degrees,
    headPitchDeg: SCREEN_MIDDLE.headPitchDeg + degrees,
    gazeYawDeg: SCREEN_MIDDLE.gazeYawDeg + degrees,
    gazePitchDeg: SCREEN_MIDDLE.gazePitchDeg + degrees,
  };
}

describe('a person’s own baseline', () => {
  it('changes nothing before anything was learnt', () => {
    expect(new Baseline().corrected(aside(7))).toEqual(aside(7));
    expect(new Baseline().isPersonal).toBe(false);
  });

  it('comes nearer to the person’s own middle with each window, and not at once', () => {
    const baseline = new Baseline();
    baseline.learn(aside(8));
    const first = baseline.corrected(aside(8)).gazeYawDeg;
    expect(first).toBeGreaterThan(4);
    for (let i = 0; i < 20; i++) baseline.learn(aside(8));
    expect(baseline.corrected(aside(8)).gazeYawDeg).toBeLessThan(1.5);
  });

  it('is gone when the camera stands elsewhere, and is learnt anew', () => {
    const baseline = new Baseline();
    for (let i = 0; i < 20; i++) baseline.learn(aside(8));
    baseline.forget();
    expect(baseline.isPersonal).toBe(false);
    expect(baseline.corrected(aside(8))).toEqual(aside(8));
    const anew = new Baseline();
    for (const one of [baseline, anew]) one.learn(aside(-6));
    expect(baseline.corrected(aside(0))).toEqual(anew.corrected(aside(0)));
  });

  it('puts less than half of a higher gaze down to the eyes, and says nothing of them before', () => {
    const baseline = new Baseline();
    expect(baseline.eyesPitchDeg).toBe(0);
    for (let i = 0; i < 50; i++) baseline.learn(aside(8));
    expect(baseline.eyesPitchDeg).toBeGreaterThan(3);
    expect(baseline.eyesPitchDeg).toBeLessThan(4);
  });

  it('moves nothing by more than 15 degrees, whatever it is taught', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -90, max: 90, noNaN: true }), { maxLength: 80 }), (taught) => {
        const baseline = new Baseline();
        for (const degrees of taught) baseline.learn(aside(degrees));
        const moved = baseline.corrected(aside(0));
        for (const part of Object.keys(moved) as (keyof Aim)[]) {
          expect(Math.abs(moved[part] - SCREEN_MIDDLE[part])).toBeLessThanOrEqual(15 + 1e-9);
        }
      }),
    );
  });

  it('follows somebody who moves for good', () => {
    const baseline = new Baseline();
    for (let i = 0; i < 200; i++) baseline.learn(aside(10));
    for (let i = 0; i < 120; i++) baseline.learn(aside(-6));
    expect(Math.abs(baseline.corrected(aside(-6)).gazeYawDeg)).toBeLessThan(4);
  });
});
