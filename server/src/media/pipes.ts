import type { types } from 'mediasoup';
import type { ClassRouter } from './class-router.ts';

interface Pipe {
  users: number;
  readonly opened: Promise<types.Producer | undefined>;
}

/**
 * Brings producers of the ingest router to the viewers' routers: each producer once to each router, made when the first
 * consumer needs it and undone when the last is gone. The piped producer keeps the producer's id.
 */
export class Pipes {
  readonly #pipes = new Map<string, Pipe>();

  /** Pipes in use: producers times routers. */
  get count(): number {
    return this.#pipes.size;
  }

  /** Resolves once the producer can be consumed on `target`; every call must be matched by one of `release`. */
  async acquire(source: ClassRouter, producerId: string, target: ClassRouter): Promise<void> {
    if (source === target) return;
    const key = keyOf(producerId, target);
    const pipe = this.#pipes.get(key) ?? this.#open(key, source, producerId, target);
    pipe.users += 1;
    try {
      await pipe.opened;
    } catch (error) {
      this.release(source, producerId, target);
      throw error;
    }
  }

  release(source: ClassRouter, producerId: string, target: ClassRouter): void {
    if (source === target) return;
    const key = keyOf(producerId, target);
    const pipe = this.#pipes.get(key);
    if (!pipe) return;
    pipe.users -= 1;
    if (pipe.users > 0) return;
    // Whoever acquires it before it is open, or in this turn of the event loop, keeps it.
    void pipe.opened.then(
      (producer) => {
        if (pipe.users === 0) producer?.close();
      },
      // A failed pipe has nothing to close; whoever acquired it has seen the failure.
      () => undefined,
    );
  }

  #open(key: string, source: ClassRouter, producerId: string, target: ClassRouter): Pipe {
    const forget = () => {
      if (this.#pipes.get(key) === pipe) this.#pipes.delete(key);
    };
    const opened = source.router.pipeToRouter({ producerId, router: target.router, enableSctp: false }).then(
      ({ pipeProducer }) => {
        if (!pipeProducer || pipeProducer.closed) forget();
        else pipeProducer.observer.once('close', forget);
        return pipeProducer;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    const pipe: Pipe = { users: 0, opened };
    this.#pipes.set(key, pipe);
    return pipe;
  }
}

function keyOf(producerId: string, target: ClassRouter): string {
  return `${producerId} ${target.router.id}`;
}
