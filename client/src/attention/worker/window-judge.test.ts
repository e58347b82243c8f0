import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WindowOutcome } from '@lectern/contracts';
import type { Lids } from './eyelids.ts';
import type { FaceObservables, ObservedFrame } from './observables.ts';
import { Scorer } from './scorer.ts';
import { WindowJudge } from './window-judge.ts';

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
  const wasm = readFileSync(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  const model = readFileSync(new URL('../model/attention.onnx', import.meta.url));
  scorer = await Scorer.open(toArrayBuffer(wasm), toArrayBuffer(model));
});

/** One window after the other, each of the same face throughout, five looks a second. */
async function judged(windows: readonly (readonly [FaceObservables | null, Lids])[]): Promise<WindowOutcome[]> {
  const judge = new WindowJudge(scorer, null);
  const outcomes: WindowOutcome[] = [];
  for (const [windowIndex, [face, lids]] of windows.entries()) {
    const startMs = windowIndex * 5000;
    const frames = Array.from({ length: 25 }, (_, i): ObservedFrame => ({
      tMs: startMs + i * 200,
      face,
      lids,
      picture: { light: 0.45, sharpness: 0.05, change: 0.01 },
    }));
    const facePresent = face !== null;
    outcomes.push(
      await judge.judge({
        windowIndex,
        startMs,
        endMs: startMs + 5000,
        frames,
        facePresent,
        pageVisible: true,
        reason: null,
      }),
    );
  }
  return outcomes;
}

function scoreOf(outcome: WindowOutcome | undefined): number {
  return outcome?.kind === 'score' ? outcome.score : Number.NaN;
}

describe('a window', () => {
  it('of a face that looks at the screen is high, and of one that looks aside low', async () => {
    const [facing, aside] = await judged([
      [FACING, 'open'],
      [ASIDE, 'open'],
    ]);
    expect(scoreOf(facing)).toBeGreaterThan(0.85);
    expect(scoreOf(aside)).toBeLessThan(0.15);
  });

  it('of an empty chair is low', async () => {
    const [, gone] = await judged([
      [FACING, 'open'],
      [null, 'open'],
    ]);
    expect(scoreOf(gone)).toBeLessThan(0.15);
  });

  it('of somebody who looks down cannot be told for 20 s, then it is low', async () => {
    const outcomes = await judged(Array.from({ length: 6 }, () => [AT_NOTES, 'open'] as const));
    expect(outcomes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ({ kind: 'abstain', reason: 'brief' })));
    for (const outcome of outcomes.slice(4)) expect(scoreOf(outcome)).toBeLessThan(0.15);
  });

  it('of closed eyes is low, whichever way the face is bowed: nobody takes notes with them', async () => {
    const outcomes = await judged([
      [{ ...FACING, ...SHUT }, 'closed'],
      [{ ...AT_NOTES, ...SHUT }, 'closed'],
    ]);
    for (const outcome of outcomes) {
      expect(scoreOf(outcome)).toBeLessThan(0.15);
    }
  });

  it('goes on through a blink as before it', async () => {
    const judge = new WindowJudge(scorer, null);
    const frames = Array.from({ length: 25 }, (_, i): ObservedFrame => {
      const isBlink = i % 3 !== 0;
      const face = isBlink ? { ...AT_NOTES, ...SHUT } : FACING;
      return {
        tMs: i * 200,
        face,
        lids: isBlink ? 'blink' : 'open',
        picture: { light: 0.45, sharpness: 0.05, change: 0.01 },
      };
    });
    const about = { windowIndex: 0, startMs: 0, endMs: 5000, facePresent: true, pageVisible: true, reason: null };
    const outcome = await judge.judge({ ...about, frames });
    expect(scoreOf(outcome)).toBeGreaterThan(0.85);
  });
});

function toArrayBuffer(buffer: Buffer): ArrayBuffer {
  const copy = new ArrayBuffer(buffer.byteLength);
  new Uint8Array(copy).set(buffer);
  return copy;
}
