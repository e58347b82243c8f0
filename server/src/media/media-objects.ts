import type { types } from 'mediasoup';

/** How many of each are open in one worker process. */
export interface MediaObjectCounts {
  readonly routers: number;
  /** Of people, between workers, and those that take datagrams out. */
  readonly transports: number;
  /** Of sound and pictures. */
  readonly consumers: number;
}

/** Counts what mediasoup itself holds in a worker, so that what a class forgets to close is seen too. */
export class MediaObjects {
  #routers = 0;
  #transports = 0;
  #consumers = 0;

  get counts(): MediaObjectCounts {
    return { routers: this.#routers, transports: this.#transports, consumers: this.#consumers };
  }

  /** From now on counts what is opened in this worker; what it held is taken off again when it closes or dies. */
  watch(worker: types.Worker): void {
    worker.observer.on('newrouter', (router) => {
      this.#routers += 1;
      router.observer.once('close', () => {
        this.#routers -= 1;
      });
      router.observer.on('newtransport', (transport) => {
        this.#watchTransport(transport);
      });
    });
  }

  #watchTransport(transport: types.Transport): void {
    this.#transports += 1;
    transport.observer.once('close', () => {
      this.#transports -= 1;
    });
    transport.observer.on('newconsumer', (consumer) => {
      this.#consumers += 1;
      consumer.observer.once('close', () => {
        this.#consumers -= 1;
      });
    });
  }
}
