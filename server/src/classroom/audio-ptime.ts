import { EventEmitter } from 'node:events';
import { LONG_PACKETS_FROM_STUDENTS, type AudioPtimeMs } from '@lectern/contracts';
import type { SeatsPresent } from './seats-present.ts';

/**
 * How much sound each packet of a stage microphone holds: 60 ms in a class that expects 300 listeners or more, else 20. A
 * class that has grown large stays it.
 */
export class AudioPtime extends EventEmitter<{ changed: [AudioPtimeMs] }> {
  readonly #isFixed: boolean;
  #ms: AudioPtimeMs;

  /** `expected`: students to be expected before anybody came; `fixed`: what the configuration sets for every class. */
  constructor(seats: SeatsPresent, expected: number, fixed: AudioPtimeMs | null) {
    super();
    this.#isFixed = fixed !== null;
    this.#ms = fixed ?? ptimeFor(expected);
    seats.on('changed', () => {
      this.expect(seats.students);
    });
  }

  /** So many students are there, or are expected from now on. */
  expect(students: number): void {
    if (this.#isFixed || this.#ms === 60 || ptimeFor(students) === 20) return;
    this.#ms = 60;
    this.emit('changed', 60);
  }

  /** Of a microphone that is opened now. */
  get ms(): AudioPtimeMs {
    return this.#ms;
  }
}

function ptimeFor(listeners: number): AudioPtimeMs {
  return listeners >= LONG_PACKETS_FROM_STUDENTS ? 60 : 20;
}
