import { describe, expect, it } from 'vitest';
import type { FaceObservables } from './observables.ts';
import { aimAtSide, aimOf, declaredSides, looksTo, SCREEN_MIDDLE, type Aim } from './aim.ts';

function gazing(gazeYawDeg: number, gazePitchDeg = -10): Aim {
  return { headYawDeg: gazeYawDeg * 0.7, headPitchDeg: gazePitchDeg, gazeYawDeg, gazePitchDeg };
}

describe('the aim of a face', () => {
  const towards = (yawDeg: number, pitchDeg: number): FaceObservables =>
    ({
      offLensYawDeg: yawDeg,
      offLensPitchDeg: pitchDeg,
      offLensGazeYawDeg: yawDeg,
      offLensGazePitchDeg: pitchDeg,
    }) as FaceObservables;

  it('is as measured where the camera stands above the screen', () => {
    expect(aimOf(towards(7, -9), 'above')).toEqual({
      headYawDeg: 7,
      headPitchDeg: -9,
      gazeYawDeg: 7,
      gazePitchDeg: -9,
    });
  });

  it('is as if it stood there, where it stands elsewhere', () => {
    // Whoever looks at a screen to the right of its camera looks to the right of the lens.
    expect(Math.abs(aimOf(towards(-20, -3), 'left').gazeYawDeg)).toBeLessThan(3);
    expect(Math.abs(aimOf(towards(20, -3), 'right').gazeYawDeg)).toBeLessThan(3);
    expect(aimOf(towards(20, -3), 'left').gazeYawDeg).toBeGreaterThan(35);
    expect(Math.abs(aimOf(towards(0, 12), 'below').gazePitchDeg - SCREEN_MIDDLE.gazePitchDeg)).toBeLessThan(3);
  });
});

describe('the aim against a screen that was declared', () => {
  it('is the screen’s middle anywhere on its side, and on the other side far from it', () => {
    expect(aimAtSide(gazing(35), 'left')).toEqual(SCREEN_MIDDLE);
    expect(aimAtSide(gazing(60), 'left')).toEqual(SCREEN_MIDDLE);
    expect(aimAtSide(gazing(-30), 'left').gazeYawDeg).toBeLessThan(-40);
    expect(aimAtSide(gazing(-35), 'right')).toEqual(SCREEN_MIDDLE);
    // Beside the sector's edge it falls off as it does beside a screen.
    expect(aimAtSide(gazing(10), 'left').gazeYawDeg).toBeCloseTo(-10);
  });

  it('keeps looking down off a screen above, and looking at the ceiling', () => {
    expect(aimAtSide(gazing(0, 20), 'above')).toEqual(SCREEN_MIDDLE);
    expect(aimAtSide(gazing(0, 45), 'above').gazePitchDeg - SCREEN_MIDDLE.gazePitchDeg).toBeGreaterThan(20);
    expect(aimAtSide(gazing(0, -30), 'above').gazePitchDeg).toBeLessThan(-45);
  });

  it('is looked to however far the gaze goes to that side', () => {
    const sides = (aim: Aim) => (['left', 'right', 'above'] as const).filter((side) => looksTo(aim, side));
    expect(sides(gazing(80))).toEqual(['left']);
    expect(sides(gazing(-25))).toEqual(['right']);
    expect(sides(gazing(10))).toEqual([]);
    expect(sides(gazing(0, 30))).toEqual(['above']);
  });

  it('is asked for on each side that was named', () => {
    expect(declaredSides({ here: true, left: false, right: false, above: false, camera: 'above' })).toEqual([]);
    expect(declaredSides({ here: false, left: true, right: true, above: false, camera: 'above' })).toEqual([
      'left',
      'right',
    ]);
  });
});
