import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { FEATURE_NAMES } from './features.ts';
import { EYE_INPUT_COUNT } from './eye-inputs.ts';
import { EYE_HEIGHT, EYE_WIDTH } from './eye-picture.ts';
import { FRAME_INPUT_NAMES } from './frame-inputs.ts';
import type { EyeLook } from './gaze.ts';

/** What the frame head says of one face: probabilities, 0..1. */
export interface FrameVerdict {
  readonly facing: number;
  readonly down: number;
}

/** Kinds that the frame head tells apart, in its order: facing, down, elsewhere. */
const KINDS = 3;

/** What the eye head says of an eye, in its order: outward and up over `FULL_TURN_DEG`, and how far it is open. */
const LOOKS = 3;
const FULL_TURN_DEG = 30;

/** One eye's picture with what `eyeInputs` makes of its points. */
export interface SeenEye {
  readonly picture: Uint8Array;
  readonly inputs: readonly number[];
}

/** Rows of each of the model's inputs. */
interface Inputs {
  readonly pictures: readonly Uint8Array[];
  readonly points: readonly (readonly number[])[];
  readonly frames: readonly (readonly number[])[];
  readonly features: readonly number[];
}
/** For the heads whose answer is not read: the runtime asks for every input. */
const NOTHING: Inputs = {
  pictures: [new Uint8Array(EYE_WIDTH * EYE_HEIGHT)],
  points: [Array.from({ length: EYE_INPUT_COUNT }, () => 0)],
  frames: [FRAME_INPUT_NAMES.map(() => 0)],
  features: FEATURE_NAMES.map(() => 0),
};

/** The trained model in ONNX Runtime: wasm, SIMD, one thread, from bytes. One file with three heads, for an eye, a frame and a window. */
export class Scorer {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** Rejects when the runtime does not start, or the model does not take this version's inputs. */
  static async open(wasm: ArrayBuffer, model: ArrayBuffer): Promise<Scorer> {
    env.wasm.wasmBinary = wasm;
    env.wasm.numThreads = 1;
    env.wasm.proxy = false;
    env.logLevel = 'error';
    const session = await InferenceSession.create(new Uint8Array(model), { executionProviders: ['wasm'] });
    const scorer = new Scorer(session);
    // The first run allocates: better now than at the end of a window. It also shows whether the shapes fit.
    await scorer.score(FEATURE_NAMES.map(() => 0));
    return scorer;
  }

  /** What each eye does. */
  async lookAtEyes(eyes: readonly SeenEye[]): Promise<readonly EyeLook[]> {
    const { looks } = await this.#run({
      pictures: eyes.map(({ picture }) => picture),
      points: eyes.map(({ inputs }) => inputs),
    });
    return eyes.map((_, row) => ({
      outwardDeg: FULL_TURN_DEG * number(looks[LOOKS * row]),
      upDeg: FULL_TURN_DEG * number(looks[LOOKS * row + 1]),
      open: share(looks[LOOKS * row + 2]),
    }));
  }

  /** Calibrated probabilities for each face, without any knowledge of the person but what is in the inputs. */
  async look(frames: readonly (readonly number[])[]): Promise<readonly FrameVerdict[]> {
    const { kinds } = await this.#run({ frames });
    return frames.map((_, i) => ({ facing: share(kinds[i * KINDS]), down: share(kinds[i * KINDS + 1]) }));
  }

  /** The calibrated probability, 0..1, that the window's features come from somebody present and facing a class screen. */
  async score(features: readonly number[]): Promise<number> {
    const { score } = await this.#run({ features });
    return share(score[0]);
  }

  async #run(asked: Partial<Inputs>): Promise<Readonly<Record<'looks' | 'kinds' | 'score', Float32Array>>> {
    const { pictures, points, frames, features } = { ...NOTHING, ...asked };
    const results = await this.#session.run({
      pictures: new Tensor('uint8', joined(pictures), [pictures.length, EYE_HEIGHT, EYE_WIDTH]),
      points: tensorOf(points),
      frames: tensorOf(frames),
      features: tensorOf([features]),
    });
    const numbers = (name: string): Float32Array => {
      const data = results[name]?.data;
      if (!(data instanceof Float32Array)) throw new Error('the model gave no numbers');
      return data;
    };
    return { looks: numbers('looks'), kinds: numbers('kinds'), score: numbers('score') };
  }
}

function tensorOf(rows: readonly (readonly number[])[]): Tensor {
  return new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
}

function joined(pictures: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pictures.length * EYE_WIDTH * EYE_HEIGHT);
  pictures.forEach((picture, i) => {
    all.set(picture, i * EYE_WIDTH * EYE_HEIGHT);
  });
  return all;
}

function share(value: number | undefined): number {
  return Math.min(1, Math.max(0, number(value)));
}

function number(value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value)) throw new Error('the model gave no number');
  return value;
}
