import type { ClassId, SeatId, StageMember } from '@lectern/contracts';
import type { MeasuredWindow } from '../attention/attention-session.ts';
import type { DeviceStorage } from '../app/device-storage.ts';
import {
  deleteMinutes,
  keepMinutes,
  keptMinutes,
  noMinutes,
  shownOn,
  withWindow,
  type OwnMinutes,
} from './own-minutes.ts';

export interface MinutesSurroundings {
  readonly seatId: SeatId;
  readonly card: () => { readonly classId: ClassId; readonly title: string };
  readonly stage: () => readonly StageMember[];
  readonly storage?: DeviceStorage;
}

/** A student's own minutes of the class: kept on this device with each window, never sent. */
export class MinutesKeeper {
  /** Null while nothing is kept. */
  minutes: OwnMinutes | null = $state.raw(null);
  readonly #around: MinutesSurroundings;

  constructor(around: MinutesSurroundings) {
    this.#around = around;
  }

  /** Takes up what is kept of this class from an earlier load of the page, unless somebody else sat here then. */
  restore(): void {
    const { seatId, card, storage } = this.#around;
    const kept = keptMinutes(card().classId, storage);
    this.minutes = kept?.seatId === seatId ? kept : null;
  }

  note({ windowIndex, outcome }: MeasuredWindow): void {
    const { seatId, card, stage, storage } = this.#around;
    const { classId, title } = card();
    const shown = shownOn(stage());
    this.minutes = withWindow(this.minutes ?? noMinutes(seatId, title), {
      ...{ windowIndex, outcome, shown },
      nowMs: Date.now(),
    });
    keepMinutes(classId, this.minutes, storage);
  }

  /** All of it, at once. */
  deleteNow(): void {
    this.minutes = null;
    deleteMinutes(this.#around.card().classId, this.#around.storage);
  }
}
