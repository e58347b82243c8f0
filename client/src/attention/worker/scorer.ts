import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { FEATURE_NAMES } from './features.ts';
import { FRAME_INPUT_NAMES } from './frame-inputs.ts';

/** What the frame head says of one face: probabilities, 0..1. */
export interface FrameVerdict {
  readonly facing: number;
  readonly down: number;
}

/** Kinds that the frame head tells apart, in its order: facing, down, elsewhere. */
const KINDS = 3;

/** The trained model in ONNX Runtime: wasm, SIMD, one thread, from bytes. One file with two heads, for a frame and for a window. */
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

  /** Calibrated probabilities for each face, without any knowledge of the person but what is in the inputs. */
  async look(inputs: readonly (readonly number[])[]): Promise<readonly FrameVerdict[]> {
    const { kinds } = await this.#run(
      inputs,
      FEATURE_NAMES.map(() => 0),
    );
    return inputs.map((_, i) => ({ facing: share(kinds[i * KINDS]), down: share(kinds[i * KINDS + 1]) }));
  }

  /** The calibrated probability, 0..1, that the window's features come from somebody present and facing a class screen. */
  async score(features: readonly number[]): Promise<number> {
    const { score } = await this.#run([FRAME_INPUT_NAMES.map(() => 0)], features);
    return share(score[0]);
  }

  /** Every input is asked for by the runtime, also where only the other head's answer is read. */
  async #run(
    frames: readonly (readonly number[])[],
    features: readonly number[],
  ): Promise<{ readonly kinds: Float32Array; readonly score: Float32Array }> {
    const results = await this.#session.run({
      frames: new Tensor('float32', Float32Array.from(frames.flat()), [frames.length, FRAME_INPUT_NAMES.length]),
      features: new Tensor('float32', Float32Array.from(features), [1, features.length]),
    });
    const [kinds, score] = [results['kinds']?.data, results['score']?.data];
    if (!(kinds instanceof Float32Array) || !(score instanceof Float32Array))
      throw new Error('the model gave no numbers');
    return { kinds, score };
  }
}

function share(value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value)) throw new Error('the model gave no number');
  return Math.min(1, Math.max(0, value));
}
