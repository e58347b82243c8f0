import { describe, expect, it } from 'vitest';
import { aimAtSide, declaredSides, SCREEN_MIDDLE, type Aim } from './aim.ts';

function gazing(gazeYawDeg: number, gazePitchDeg = -10): Aim {
  return { headYawDeg: gazeYawDeg * 0.7, headPitchDeg: gazePitchDeg, gazeYawDeg, gazePitchDeg };
}

describe('the aim against a screen that was declared', () => {
  it('is the screen’s middle anywhere on its side, and on the other side far from it', () => {
    expect(aimAtSide(gazing(35), 'left')).toEqual(SCREEN_MIDDLE);
    expect(aimAtSide(gazing(60), 'left')).toEqual(SCREEN_MIDDLE);
    expect(aimAtSide(gazing(-30), 'left').gazeYawDeg).toBeLessThan(-40);
    expect(aimAtSide(gazing(-35), 'right')).toEqual(SCREEN_MIDDLE);
    // Beside the sector's edge it falls off as it does beside a screen.
    expect(aimAtSide(gazing(10), 'left').gazeYawDeg).toBeCloseTo(-8);
  });

  it('keeps looking down off a screen above', () => {
    expect(aimAtSide(gazing(0, 25), 'above')).toEqual(SCREEN_MIDDLE);
    expect(aimAtSide(gazing(0, -30), 'above').gazePitchDeg).toBeLessThan(-45);
  });

  it('is asked for on each side that was named', () => {
    expect(declaredSides({ here: true, left: false, right: false, above: false, camera: 'above' })).toEqual([]);
    expect(declaredSides({ here: false, left: true, right: true, above: false, camera: 'above' })).toEqual([
      'left',
      'right',
    ]);
  });
});
