import type { ParticipationMinute } from '@lectern/contracts';

const MINUTE_MS = 60_000;
export type ParticipationKind = 'messages' | 'hands' | 'reactions';

/** The lane of participation: totals of each minute of the class clock. Totals only; nobody's share is kept. */
export class Participation {
  readonly #minutes = new Map<number, ParticipationMinute>();
  readonly #unsaved = new Set<number>();

  restore(minutes: readonly ParticipationMinute[]): void {
    for (const minute of minutes) this.#minutes.set(minute.minute, minute);
  }

  count(kind: ParticipationKind, classClockMs: number): void {
    const minute = Math.floor(classClockMs / MINUTE_MS);
    const before = this.#minutes.get(minute) ?? { minute, messages: 0, hands: 0, reactions: 0 };
    this.#minutes.set(minute, { ...before, [kind]: before[kind] + 1 });
    this.#unsaved.add(minute);
  }

  /** The minutes that end after `fromMs`, oldest first. Minutes in which nothing happened are left out. */
  since(fromMs: number): ParticipationMinute[] {
    return [...this.#minutes.values()]
      .filter(({ minute }) => (minute + 1) * MINUTE_MS > fromMs)
      .sort((a, b) => a.minute - b.minute);
  }

  /** The minutes that changed since the last call. */
  takeUnsaved(): ParticipationMinute[] {
    const taken = [...this.#unsaved].flatMap((minute) => this.#minutes.get(minute) ?? []);
    this.#unsaved.clear();
    return taken;
  }
}
