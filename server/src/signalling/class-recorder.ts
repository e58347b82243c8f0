import type { ClassId } from '@lectern/contracts';
import type { ClassRecords } from '../class-records/class-records.ts';
import type { Clock } from '../classroom/clock.ts';
import type { LiveClass } from '../classroom/live-class.ts';

/** Writes down what a class must find again. Chat and its settings are written by whoever answers for them. */
export class ClassRecorder {
  readonly #classId: ClassId;
  readonly #live: LiveClass;
  readonly #records: ClassRecords;
  readonly #clock: Clock;
  /** The writes of the change that somebody waits for; null while nobody does. */
  #awaited: Promise<void>[] | null = null;
  /** True while hands and stage on disk may differ from those in memory. */
  #behind = false;

  constructor(classId: ClassId, live: LiveClass, records: ClassRecords, clock: Clock) {
    this.#classId = classId;
    this.#live = live;
    this.#records = records;
    this.#clock = clock;
    this.#listen();
  }

  /**
   * Makes a change and resolves once the hands and the stage that it left are on disk. Where they cannot be written it
   * takes the change back with `undo` and rejects with `unavailable`.
   */
  async onDisk(change: () => void, undo: () => void = () => undefined): Promise<void> {
    const writes: Promise<void>[] = [];
    this.#awaited = writes;
    try {
      change();
    } finally {
      this.#awaited = null;
    }
    try {
      await Promise.all(writes);
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Writes hands and stage anew where a write failed before; to be called now and then. */
  mend(): void {
    if (!this.#behind || this.#live.state.status !== 'live') return;
    this.#behind = false;
    const { hands, stage } = this.#live;
    this.#note(this.#records.clearPresence(this.#classId));
    for (const { seatId } of hands.first(hands.count)) {
      this.#note(this.#records.raiseHand(this.#classId, seatId, this.#now()));
    }
    for (const seatId of stage.invitedSeats()) {
      this.#note(this.#records.joinStage(this.#classId, seatId, this.#now()));
    }
  }

  #now(): Date {
    return new Date(this.#clock.wallMs());
  }

  #listen(): void {
    const [classId, records] = [this.#classId, this.#records];
    const { hands, stage, events } = this.#live;
    hands.on('raised', ({ seatId }) => {
      this.#note(records.raiseHand(classId, seatId, this.#now()));
    });
    hands.on('lowered', (seatId) => {
      this.#note(records.lowerHand(classId, seatId));
    });
    stage.on('joined', (seatId) => {
      this.#note(records.joinStage(classId, seatId, this.#now()));
    });
    stage.on('left', (seatId) => {
      this.#note(records.leaveStage(classId, seatId));
    });
    events.on('added', (event) => {
      records.addEvent(classId, event);
    });
  }

  #note(write: Promise<void>): void {
    this.#awaited?.push(write);
    write.catch(() => {
      this.#behind = true;
    });
  }
}
