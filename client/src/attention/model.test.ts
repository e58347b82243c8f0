import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readShippedModel } from './build/shipped-model.ts';
import { FEATURE_NAMES, FEATURES_VERSION } from './worker/features.ts';
import { FRAME_INPUT_NAMES } from './worker/frame-inputs.ts';
import { Scorer } from './worker/scorer.ts';

interface Description {
  readonly featuresVersion: number;
  readonly features: readonly string[];
  readonly modelSha256: string;
  readonly modelBytes: number;
  readonly frameInputs: readonly string[];
  readonly examples: {
    readonly eyes: readonly {
      readonly picture: string;
      readonly points: readonly number[];
      readonly outwardDeg: number;
      readonly upDeg: number;
      readonly open: number;
    }[];
    readonly frames: readonly { readonly inputs: readonly number[]; readonly kinds: readonly number[] }[];
    readonly windows: readonly { readonly features: readonly number[]; readonly score: number }[];
  };
}

const { runtime, model } = await readShippedModel();
const description = JSON.parse(readFileSync(new URL('model/model.json', import.meta.url), 'utf8')) as Description;
const card = readFileSync(new URL('../../../docs/model-cards/attention-v2.md', import.meta.url), 'utf8');

describe('the trained model', () => {
  it('is the one that its description and its card speak of', () => {
    const sha256 = createHash('sha256').update(new Uint8Array(model)).digest('hex');
    expect(description.modelSha256).toBe(sha256);
    expect(description.modelBytes).toBe(model.byteLength);
    expect(card).toContain(sha256);
  });

  it('was trained on the features that the worker computes', () => {
    expect(description.featuresVersion).toBe(FEATURES_VERSION);
    expect(description.features).toEqual([...FEATURE_NAMES]);
    expect(description.frameInputs).toEqual([...FRAME_INPUT_NAMES]);
  });

  it('gives in ONNX Runtime what it gave in training', async () => {
    const scorer = await Scorer.open(runtime, model);
    const { eyes, frames, windows } = description.examples;
    expect(Math.min(eyes.length, frames.length, windows.length)).toBeGreaterThanOrEqual(5);
    const picture = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
    const looks = await scorer.lookAtEyes(eyes.map((eye) => ({ picture: picture(eye.picture), inputs: eye.points })));
    looks.forEach((look, i) => {
      expect(look.outwardDeg).toBeCloseTo(eyes[i]!.outwardDeg, 2);
      expect(look.upDeg).toBeCloseTo(eyes[i]!.upDeg, 2);
      expect(look.open).toBeCloseTo(eyes[i]!.open, 3);
    });
    for (const { features, score } of windows) expect(await scorer.score(features)).toBeCloseTo(score, 3);
    const verdicts = await scorer.look(frames.map(({ inputs }) => inputs));
    verdicts.forEach(({ facing, down }, i) => {
      expect(facing).toBeCloseTo(frames[i]!.kinds[0]!, 3);
      expect(down).toBeCloseTo(frames[i]!.kinds[1]!, 3);
    });
  });

  it('is refused when it is not a model', async () => {
    await expect(Scorer.open(runtime, new ArrayBuffer(64))).rejects.toThrow();
  });
});
