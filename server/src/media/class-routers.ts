import { EventEmitter } from 'node:events';
import { ClassRouter } from './class-router.ts';
import type { MediaWorker } from './media-worker.ts';
import type { MediaWorkers } from './media-workers.ts';
import { NEW_ROUTER_PACKETS_PER_S } from './packet-load.ts';

/** The routers of one class: one on each worker that has people of the class, one of them for what is published. */
export class ClassRouters extends EventEmitter<{ lost: [MediaWorker] }> {
  readonly #workers: MediaWorkers;
  readonly #routers = new Map<MediaWorker, Promise<ClassRouter>>();
  readonly #onDied = (worker: MediaWorker): void => {
    const had = this.#routers.delete(worker);
    this.#forgetIngestOn(worker);
    if (had) this.emit('lost', worker);
  };
  /** One choice for all who publish first at the same time. */
  #ingest: Promise<MediaWorker> | null = null;
  #ingestWorker: MediaWorker | null = null;
  #closed = false;

  constructor(workers: MediaWorkers) {
    super();
    this.#workers = workers;
    workers.on('died', this.#onDied);
  }

  get count(): number {
    return this.#routers.size;
  }

  /** The workers on which the class has a router. */
  workers(): MediaWorker[] {
    return [...this.#routers.keys()];
  }

  /** The router that the stage publishes on; it stays the same until its worker dies. */
  async ingest(): Promise<ClassRouter> {
    this.#ingest ??= this.#pickIngest();
    return this.#on(await this.#ingest);
  }

  /** The router for the next person: the least loaded worker, a new router only where it pays. */
  async leastLoaded(): Promise<ClassRouter> {
    return this.#on(await this.#pick());
  }

  close(): void {
    this.#closed = true;
    this.#workers.off('died', this.#onDied);
    for (const opening of this.#routers.values()) {
      void opening.then(
        (router) => {
          router.close();
        },
        () => undefined,
      );
    }
    this.#routers.clear();
  }

  #pick(): Promise<MediaWorker> {
    return this.#workers.pick((worker) => (this.#routers.has(worker) ? 0 : NEW_ROUTER_PACKETS_PER_S));
  }

  async #pickIngest(): Promise<MediaWorker> {
    try {
      const worker = await this.#pick();
      this.#ingestWorker = worker;
      return worker;
    } catch (error) {
      this.#ingest = null;
      throw error;
    }
  }

  #forgetIngestOn(worker: MediaWorker): void {
    if (this.#ingestWorker !== worker) return;
    this.#ingestWorker = null;
    this.#ingest = null;
  }

  async #on(worker: MediaWorker): Promise<ClassRouter> {
    const opening = this.#routers.get(worker) ?? this.#open(worker);
    const router = await opening;
    if (this.#closed) router.close();
    return router;
  }

  #open(worker: MediaWorker): Promise<ClassRouter> {
    const opening = worker.ready().then(() => {
      if (!worker.running) throw new Error('The media worker is closed.');
      return ClassRouter.open(worker, worker.running);
    });
    this.#routers.set(worker, opening);
    opening.catch(() => {
      if (this.#routers.get(worker) === opening) this.#routers.delete(worker);
    });
    return opening;
  }
}
