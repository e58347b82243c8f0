import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CameraPlace } from '../class-screens.ts';
import { aimOf, type Aim } from './aim.ts';
import { eyeInputs } from './eye-inputs.ts';
import { Eyelids, type Lids } from './eyelids.ts';
import type { FaceReading } from './face-reading.ts';
import { bridgeGaps } from './face-gaps.ts';
import { FEATURE_NAMES, FEATURES_VERSION, windowFeatures, type JudgedFrame } from './features.ts';
import { FRAME_INPUT_NAMES, frameInputs } from './frame-inputs.ts';
import type { EyeLooks } from './gaze.ts';
import { observeFace, type FaceObservables } from './observables.ts';
import type { PictureQuality } from './picture-quality.ts';

interface Golden {
  readonly version: number;
  readonly frameNames: readonly string[];
  readonly names: readonly string[];
  readonly readings: readonly {
    readonly reading: FaceReading;
    readonly points: Readonly<Record<'left' | 'right', readonly number[]>>;
    readonly eyes: EyeLooks;
    readonly observables: Readonly<Record<string, number>>;
  }[];
  readonly lids: readonly {
    readonly tMs: readonly number[];
    readonly openness: readonly number[];
    readonly lids: readonly Lids[];
  }[];
  readonly aims: readonly { readonly seen: FaceObservables; readonly camera: CameraPlace; readonly aim: Aim }[];
  readonly frames: readonly {
    readonly face: FaceObservables;
    readonly aim: Aim;
    readonly picture: PictureQuality;
    readonly trust: number;
    readonly inputs: readonly number[];
  }[];
  readonly windows: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly before: JudgedFrame | null;
    readonly frames: readonly JudgedFrame[];
    readonly features: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('golden-features.json', import.meta.url), 'utf8')) as Golden;
const PICTURE = { light: 0.5, sharpness: 0.03, change: 0.02 };

function frame(tMs: number, facing: number | null): JudgedFrame {
  return { tMs, hasFace: facing !== null, facing: facing ?? 0, down: 0 };
}

function frames(count: number, facing: (i: number) => number | null): JudgedFrame[] {
  return Array.from({ length: count }, (_, i) => frame((i + 0.5) * (5000 / count), facing(i)));
}

function feature(list: readonly JudgedFrame[], name: (typeof FEATURE_NAMES)[number]): number {
  return windowFeatures(list, 0, 5000)[FEATURE_NAMES.indexOf(name)]!;
}

describe('golden vectors, which Python gives too within 1e-5', () => {
  const expectAll = (got: readonly number[], wanted: readonly number[], names: readonly string[]): void => {
    expect(got).toHaveLength(wanted.length);
    got.forEach((value, i) => expect(Math.abs(value - wanted[i]!), names[i]).toBeLessThanOrEqual(1e-5));
  };

  it('are of this version and these names', () => {
    expect(golden.version).toBe(FEATURES_VERSION);
    expect(golden.names).toEqual([...FEATURE_NAMES]);
    expect(golden.frameNames).toEqual([...FRAME_INPUT_NAMES]);
  });

  it('hold for the observables of a face', () => {
    expect(golden.readings.length).toBeGreaterThanOrEqual(8);
    for (const { reading, eyes, observables } of golden.readings) {
      const seen: Readonly<Record<string, number>> = { ...observeFace(reading, eyes) };
      const names = Object.keys(observables);
      expectAll(
        names.map((name) => seen[name]!),
        Object.values(observables),
        names,
      );
    }
  });

  it('hold for what the model takes of an eye', () => {
    for (const { reading, points } of golden.readings) {
      for (const side of ['left', 'right'] as const) {
        expectAll(eyeInputs(reading[side], reading.offLens, side), points[side], []);
      }
    }
  });

  it('hold for what the lids do', () => {
    expect(golden.lids.some(({ lids }) => lids.includes('blink'))).toBe(true);
    for (const { tMs, openness, lids } of golden.lids) {
      const eyelids = new Eyelids();
      expect(openness.map((value, i) => eyelids.note(tMs[i]!, value))).toEqual(lids);
    }
  });

  it('hold for where a face points, wherever the camera stands', () => {
    expect(new Set(golden.aims.map(({ camera }) => camera)).size).toBe(4);
    for (const { seen, camera, aim } of golden.aims) {
      const names = Object.keys(aim) as (keyof Aim)[];
      const got = aimOf(seen, camera);
      expectAll(
        names.map((name) => got[name]),
        Object.values(aim),
        names,
      );
    }
  });

  it('hold for what the model takes of a frame', () => {
    expect(golden.frames.length).toBeGreaterThanOrEqual(8);
    for (const { face, aim, picture, trust, inputs } of golden.frames) {
      expectAll(frameInputs(face, aim, picture, trust), inputs, FRAME_INPUT_NAMES);
    }
  });

  it('hold for what the model takes of a window', () => {
    expect(golden.windows.length).toBeGreaterThanOrEqual(12);
    expect(golden.windows.filter(({ before }) => before !== null).length).toBeGreaterThanOrEqual(3);
    for (const { frames: list, before, startMs, endMs, features } of golden.windows) {
      expectAll(windowFeatures(bridgeGaps(list, before), startMs, endMs), features, FEATURE_NAMES);
    }
  });
});

describe('what the model takes of a frame', () => {
  it('does not know left from right', () => {
    const aim = { headYawDeg: 12, headPitchDeg: -3, gazeYawDeg: 20, gazePitchDeg: -9 };
    const mirrored = { ...aim, headYawDeg: -12, gazeYawDeg: -20 };
    const face = { openness: 0.3, size: 0.14 } as FaceObservables;
    expect(frameInputs(face, aim, PICTURE, 0.4)).toEqual(frameInputs(face, mirrored, PICTURE, 0.4));
  });
});

describe('window features', () => {
  it('count time, not frames: a burst of frames does not outvote the rest of the window', () => {
    const burst = Array.from({ length: 30 }, (_, i) => frame(100 + i * 10, null));
    const rest = Array.from({ length: 20 }, (_, i) => frame(600 + i * 220, 0.95));
    expect(feature([...burst, ...rest], 'faceShare')).toBeGreaterThan(0.85);
  });

  it('name the longest stretch off the screen in seconds', () => {
    const away = frames(50, (i) => (i >= 10 && i < 30 ? 0.1 : 0.9));
    expect(feature(away, 'longestAwaySeconds')).toBeCloseTo(2, 1);
    const gone = frames(50, () => null);
    expect(feature(gone, 'longestAwaySeconds')).toBeCloseTo(5, 1);
  });

  it('do not change when the window is moved in time', () => {
    const list = frames(20, (i) => (i % 3 === 0 ? null : 0.8));
    const moved = list.map((one) => ({ ...one, tMs: one.tMs + 35_000 }));
    const features = windowFeatures(list, 0, 5000);
    windowFeatures(moved, 35_000, 40_000).forEach((value, i) => expect(value).toBeCloseTo(features[i]!, 9));
  });

  it('stay finite and their shares within 0..1 for any frames', () => {
    const facing = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 4999 }), facing), { maxLength: 60 }), (list) => {
        const window = [...list].sort((a, b) => a[0] - b[0]).map(([tMs, share]) => frame(tMs, share));
        windowFeatures(window, 0, 5000).forEach((value, i) => {
          expect(Number.isFinite(value)).toBe(true);
          if (FEATURE_NAMES[i]!.endsWith('Share')) expect(value >= 0 && value <= 1 + 1e-9).toBe(true);
        });
      }),
    );
  });
});
