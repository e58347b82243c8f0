import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { FEATURE_NAMES } from './features.ts';

/** The trained model in ONNX Runtime: wasm, SIMD, one thread, from bytes. */
export class Scorer {
  readonly #session: InferenceSession;
  readonly #input: string;
  readonly #output: string;

  private constructor(session: InferenceSession, input: string, output: string) {
    this.#session = session;
    this.#input = input;
    this.#output = output;
  }

  /** Rejects when the runtime does not start, or the model does not take this version's features. */
  static async open(wasm: ArrayBuffer, model: ArrayBuffer): Promise<Scorer> {
    env.wasm.wasmBinary = wasm;
    env.wasm.numThreads = 1;
    env.wasm.proxy = false;
    env.logLevel = 'error';
    const session = await InferenceSession.create(new Uint8Array(model), { executionProviders: ['wasm'] });
    const [input] = session.inputNames;
    const [output] = session.outputNames;
    if (input === undefined || output === undefined) throw new Error('the model has no input or no output');
    const scorer = new Scorer(session, input, output);
    // The first run allocates: better now than at the end of a window. It also shows whether the shapes fit.
    await scorer.score(FEATURE_NAMES.map(() => 0));
    return scorer;
  }

  /** The calibrated probability, 0..1, that the window's features come from somebody present and facing the screen. */
  async score(features: readonly number[]): Promise<number> {
    const input = new Tensor('float32', Float32Array.from(features), [1, features.length]);
    const results = await this.#session.run({ [this.#input]: input });
    const data = results[this.#output]?.data;
    const score = data instanceof Float32Array ? data[0] : undefined;
    if (score === undefined || !Number.isFinite(score)) throw new Error('the model gave no number');
    return Math.min(1, Math.max(0, score));
  }
}
