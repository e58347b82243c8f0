import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_NAMES, FEATURES_VERSION, windowFeatures } from './features.ts';
import type { FaceObservables, FrameObservables } from './observables.ts';

interface Golden {
  readonly version: number;
  readonly names: readonly string[];
  readonly cases: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly frames: readonly FrameObservables[];
    readonly features: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('golden-features.json', import.meta.url), 'utf8')) as Golden;

const FACE: FaceObservables = {
  yawDeg: 0,
  pitchDeg: -10,
  rollDeg: 0,
  gazeYawDeg: 1,
  gazePitchDeg: -12,
  offLensYawDeg: 2,
  offLensPitchDeg: -10,
  offLensGazeYawDeg: 3,
  offLensGazePitchDeg: -12,
  eyeOpenLeft: 0.3,
  eyeOpenRight: 0.3,
  size: 0.15,
  x: 0.5,
  y: 0.4,
};
const PICTURE = { light: 0.5, sharpness: 0.03, change: 0.02 };

function frames(count: number, seen: (i: number) => FaceObservables | null): FrameObservables[] {
  return Array.from({ length: count }, (_, i) => ({
    tMs: (i + 0.5) * (5000 / count),
    face: seen(i),
    picture: PICTURE,
  }));
}

function feature(list: readonly FrameObservables[], name: (typeof FEATURE_NAMES)[number]): number {
  return windowFeatures(list, 0, 5000)[FEATURE_NAMES.indexOf(name)]!;
}

describe('window features', () => {
  it('agree with Python on every golden window within 1e-5', () => {
    expect(golden.version).toBe(FEATURES_VERSION);
    expect(golden.names).toEqual([...FEATURE_NAMES]);
    expect(golden.cases.length).toBeGreaterThanOrEqual(7);
    for (const { frames: list, startMs, endMs, features } of golden.cases) {
      const computed = windowFeatures(list, startMs, endMs);
      expect(computed).toHaveLength(features.length);
      computed.forEach((value, i) =>
        expect(Math.abs(value - features[i]!), FEATURE_NAMES[i]).toBeLessThanOrEqual(1e-5),
      );
    }
  });

  it('count time, not frames: a burst of frames does not outvote the rest of the window', () => {
    const burst = Array.from({ length: 30 }, (_, i) => ({ tMs: 100 + i * 10, face: null, picture: PICTURE }));
    const rest = Array.from({ length: 20 }, (_, i) => ({ tMs: 600 + i * 220, face: FACE, picture: PICTURE }));
    expect(feature([...burst, ...rest], 'faceShare')).toBeGreaterThan(0.85);
  });

  it('name the longest stretch off the screen in seconds', () => {
    const turned = { ...FACE, offLensYawDeg: 60 };
    expect(
      feature(
        frames(50, (i) => (i >= 10 && i < 30 ? turned : FACE)),
        'longestOffSeconds',
      ),
    ).toBeCloseTo(2, 1);
    expect(
      feature(
        frames(50, () => null),
        'longestOffSeconds',
      ),
    ).toBeCloseTo(5, 1);
  });

  it('do not change when the window is moved in time', () => {
    const list = frames(20, (i) => (i % 3 === 0 ? null : FACE));
    const moved = list.map((frame) => ({ ...frame, tMs: frame.tMs + 35_000 }));
    const features = windowFeatures(list, 0, 5000);
    windowFeatures(moved, 35_000, 40_000).forEach((value, i) => expect(value).toBeCloseTo(features[i]!, 9));
  });

  it('stay finite and their shares within 0..1 for any frames', () => {
    const seen = fc.option(
      fc.record({
        yaw: fc.double({ min: -180, max: 180, noNaN: true }),
        open: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 4999 }), seen), { maxLength: 60 }), (list) => {
        const sorted = [...list].sort((a, b) => a[0] - b[0]);
        const window = sorted.map(([tMs, face]) => ({
          tMs,
          face: face && {
            ...FACE,
            offLensYawDeg: face.yaw,
            offLensGazeYawDeg: face.yaw,
            eyeOpenLeft: face.open,
            eyeOpenRight: face.open,
          },
          picture: PICTURE,
        }));
        windowFeatures(window, 0, 5000).forEach((value, i) => {
          expect(Number.isFinite(value)).toBe(true);
          if (FEATURE_NAMES[i]!.endsWith('Share')) expect(value >= 0 && value <= 1 + 1e-9).toBe(true);
        });
      }),
    );
  });
});
