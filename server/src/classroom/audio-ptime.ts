import { EventEmitter } from 'node:events';
import type { AudioPtimeMs } from '@lectern/contracts';
import type { SeatsPresent } from './seats-present.ts';

/** From so many listeners on, a third of the packets is worth 40 ms more of delay. */
const LARGE_CLASS = 300;

/**
 * How much sound each packet of a stage microphone holds: 60 ms in a class that expects 300 listeners or more, else 20. A
 * class that has grown large stays it.
 */
export class AudioPtime extends EventEmitter<{ changed: [AudioPtimeMs] }> {
  #ms: AudioPtimeMs;

  /** `expected`: students to be expected before anybody came; `fixed`: what the configuration sets for every class. */
  constructor(seats: SeatsPresent, expected: number, fixed: AudioPtimeMs | null) {
    super();
    this.#ms = fixed ?? ptimeFor(expected);
    if (fixed !== null) return;
    seats.on('changed', () => {
      if (this.#ms === 60 || ptimeFor(seats.students) === 20) return;
      this.#ms = 60;
      this.emit('changed', 60);
    });
  }

  /** Of a microphone that is opened now. */
  get ms(): AudioPtimeMs {
    return this.#ms;
  }
}

function ptimeFor(listeners: number): AudioPtimeMs {
  return listeners >= LARGE_CLASS ? 60 : 20;
}
