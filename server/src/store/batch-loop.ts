import { setImmediate, setTimeout } from 'node:timers/promises';

/** As many questions or rows go into one statement: nothing else of the embedded database's turn waits for long. */
export const MOST_IN_BATCH = 200;
/** Batches of one kind begin this far apart while several questions come at a time: a class that comes in at once costs some fifty a second. */
const APART_MS = 20;

interface BatchLoopOptions {
  /** True while anything waits. */
  readonly waits: () => boolean;
  /** Takes what goes together, how many that is, and asks the database for it; `done` never rejects. */
  readonly begin: () => { readonly size: number; readonly done: Promise<void> };
}

/**
 * Runs the batches of one kind, one after another. The embedded database answers within the turn of the event loop that asks, so without a pause
 * each question would be a batch of its own. Whoever asks alone waits for nothing but the end of the turn.
 */
export class BatchLoop {
  readonly #options: BatchLoopOptions;
  #runs = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #wasAlone = true;

  constructor(options: BatchLoopOptions) {
    this.#options = options;
  }

  /** True from the first that waits until nothing does any more. */
  get runs(): boolean {
    return this.#runs;
  }

  /** Something waits now. */
  wake(): void {
    if (!this.#runs) void this.#run();
  }

  async #run(): Promise<void> {
    this.#runs = true;
    while (this.#options.waits()) {
      const waitMs = this.#wasAlone ? 0 : this.#lastMs + APART_MS - performance.now();
      await (waitMs > 0 ? setTimeout(waitMs) : setImmediate());
      this.#lastMs = performance.now();
      const { size, done } = this.#options.begin();
      this.#wasAlone = size <= 1;
      await done;
    }
    this.#runs = false;
  }
}
