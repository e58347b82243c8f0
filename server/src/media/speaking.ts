import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import type { SeatId } from '@lectern/contracts';
import type { ClassRouter } from './class-router.ts';
import { openOn } from './open-on.ts';
import type { StageProducer } from './seat-media.ts';

const MOST_SPEAKERS = 4;
/** Quieter than this (dBov) is taken as silence. */
const THRESHOLD_DB = -55;
const INTERVAL_MS = 400;

/** Who speaks now, loudest first; told only when it changes. */
export class Speaking extends EventEmitter<{ changed: [SeatId[]] }> {
  readonly #observers = new WeakMap<ClassRouter, Promise<types.AudioLevelObserver>>();
  #now: readonly SeatId[] = [];
  #last = '';

  /** Who speaks now, loudest first. */
  get now(): readonly SeatId[] {
    return this.#now;
  }

  /** Listens to a microphone until its producer closes. */
  add({ router, producer }: StageProducer): void {
    void this.#observer(router)
      .then((observer) => observer.addProducer({ producerId: producer.id }))
      // The producer or its router closed meanwhile: there is nobody to listen to.
      .catch(() => undefined);
  }

  #observer(router: ClassRouter): Promise<types.AudioLevelObserver> {
    const known = this.#observers.get(router);
    if (known) return known;
    const opening = this.#open(router);
    this.#observers.set(router, opening);
    return opening;
  }

  async #open(router: ClassRouter): Promise<types.AudioLevelObserver> {
    const options = { maxEntries: MOST_SPEAKERS, threshold: THRESHOLD_DB, interval: INTERVAL_MS };
    const observer = await openOn(router.router, router.router.createAudioLevelObserver(options));
    observer.on('volumes', (volumes) => {
      this.#tell(volumes.map(({ producer }) => producer.appData['seatId'] as SeatId));
    });
    observer.on('silence', () => {
      this.#tell([]);
    });
    observer.observer.once('close', () => {
      this.#tell([]);
    });
    return observer;
  }

  #tell(seatIds: SeatId[]): void {
    const key = [...seatIds].sort().join();
    if (key === this.#last) return;
    this.#last = key;
    this.#now = seatIds;
    this.emit('changed', seatIds);
  }
}
