import { servedAssets } from '../../src/attention/assets.ts';
import type { FromObserver, ToObserver } from '../observe-worker.ts';

type Observed = Extract<FromObserver, { type: 'observed' }>;

/** Between the stamps of two clips: far enough for the tracker to take them for different times. */
const GAP_MS = 2000;

/** The lab's observer in a worker: it is served in the shipped worker's place, under that worker's policy. */
export class Observer {
  readonly #worker: Worker;
  #baseMs = 0;
  #lastMs = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Rejects when wasm or model cannot be started. */
  static async open(): Promise<Observer> {
    const source = servedAssets();
    const set = await source.describe();
    const name = set.files.get('worker')?.name;
    if (name === undefined) throw new Error('no worker is served');
    const loaded = await source.load(set, () => undefined, new AbortController().signal);
    const worker = new Worker(`/attention/${name}`, { type: 'module' });
    const observer = new Observer(worker);
    const init: ToObserver = { type: 'init', wasm: loaded.landmarkerWasm, model: loaded.landmarkerModel };
    await observer.#ask(init, [init.wasm, init.model]);
    return observer;
  }

  /** What comes next is another clip, whose time begins at zero. */
  reset(): void {
    this.#baseMs = this.#lastMs + GAP_MS;
    const message: ToObserver = { type: 'reset' };
    this.#worker.postMessage(message);
  }

  /** Looks at one picture at a time of its clip; one at a time. */
  async look(bitmap: ImageBitmap, tMs: number, count: boolean): Promise<Observed> {
    this.#lastMs = this.#baseMs + tMs;
    const answer = await this.#ask({ type: 'frame', bitmap, tMs: this.#lastMs, count }, [bitmap]);
    if (answer.type !== 'observed') throw new Error('the observer did not answer');
    return answer;
  }

  #ask(message: ToObserver, transfer: Transferable[]): Promise<FromObserver> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<FromObserver>) => {
        if (data.type === 'failed') reject(new Error(data.detail));
        else resolve(data);
      };
      this.#worker.onerror = (event) => {
        reject(new Error(event.message));
      };
      this.#worker.postMessage(message, transfer);
    });
  }
}
