import { describe, expect, it } from 'vitest';
import { aimsAt, SCREEN_MIDDLE, type Aim } from './aim.ts';

const HERE = { here: true, left: false, right: false, above: false };

function gazing(gazeYawDeg: number, gazePitchDeg = -10): Aim {
  return { headYawDeg: gazeYawDeg * 0.7, headPitchDeg: gazePitchDeg, gazeYawDeg, gazePitchDeg };
}

describe('the aim against the screens that show the class', () => {
  it('is what is seen for the screen under the camera', () => {
    expect(aimsAt(gazing(20), HERE)).toEqual([gazing(20)]);
  });

  it('is the screen’s middle anywhere on the side of a declared screen, and on the other side far from it', () => {
    const left = { here: false, left: true, right: false, above: false };
    expect(aimsAt(gazing(35), left)).toEqual([SCREEN_MIDDLE]);
    expect(aimsAt(gazing(60), left)).toEqual([SCREEN_MIDDLE]);
    expect(aimsAt(gazing(-30), left)[0]!.gazeYawDeg).toBeLessThan(-40);
    // Behind the sector's edge it falls off as it does beside a screen.
    expect(aimsAt(gazing(10), left)[0]!.gazeYawDeg).toBeCloseTo(-8);
  });

  it('keeps looking down off a screen that was declared above', () => {
    const above = { here: false, left: false, right: false, above: true };
    expect(aimsAt(gazing(0, 25), above)).toEqual([SCREEN_MIDDLE]);
    expect(aimsAt(gazing(0, -30), above)[0]!.gazePitchDeg).toBeLessThan(-45);
  });

  it('is asked for each screen where several show the class', () => {
    expect(aimsAt(gazing(40), { ...HERE, left: true, right: true })).toHaveLength(3);
  });
});
