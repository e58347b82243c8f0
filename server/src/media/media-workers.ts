import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { mediaPorts } from './media-ports.ts';
import { MediaWorker } from './media-worker.ts';
import type { MediaConfig } from './media-config.ts';

/** The worker processes, one for each core. */
export class MediaWorkers extends EventEmitter<{ died: [MediaWorker]; replaced: [MediaWorker] }> {
  readonly #workers: readonly MediaWorker[];
  #closing: Promise<void> | undefined;

  private constructor(workers: readonly MediaWorker[]) {
    super();
    // Every live class listens.
    this.setMaxListeners(0);
    this.#workers = workers;
    for (const worker of workers) {
      worker.on('died', () => this.emit('died', worker));
      worker.on('replaced', () => this.emit('replaced', worker));
    }
  }

  /** Starts them all; rejects with a StartError that names what is in the way, with none left behind. */
  static async start(config: MediaConfig, logger: Logger): Promise<MediaWorkers> {
    const ports = await mediaPorts(config.host, config.firstPort, config.workers ?? availableParallelism());
    const workers = ports.map((port, index) => new MediaWorker(index, port, config, logger));
    const started = await Promise.allSettled(workers.map((worker) => worker.start()));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) {
      await Promise.all(workers.map((worker) => worker.close()));
      throw failed.reason;
    }
    return new MediaWorkers(workers);
  }

  all(): readonly MediaWorker[] {
    return this.#workers;
  }

  /**
   * The running worker with the smallest share of its packet budget in use or promised, `extra` packets per second added to each as it
   * says. While all are being replaced: waits for the first.
   */
  async pick(extra: (worker: MediaWorker) => number): Promise<MediaWorker> {
    if (!this.#workers.some((worker) => worker.running)) {
      await Promise.race(this.#workers.map((worker) => worker.ready()));
    }
    const running = this.#workers.filter((worker) => worker.running);
    const used = (worker: MediaWorker) => (worker.load.placedPerSecond + extra(worker)) / worker.cost.budgetPerSecond;
    const [best] = running.sort((a, b) => used(a) - used(b) || a.index - b.index);
    if (!best) throw new Error('The media workers are closed.');
    return best;
  }

  /** From now on a worker that dies stays dead. */
  stopReplacing(): void {
    for (const worker of this.#workers) worker.stopReplacing();
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#workers.map((worker) => worker.close())).then(() => undefined);
    return this.#closing;
  }
}
