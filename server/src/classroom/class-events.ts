import { EventEmitter } from 'node:events';
import type { ClassEvent } from '@lectern/contracts';

/** The lane of class events, by the class clock. */
export class ClassEvents extends EventEmitter<{ added: [ClassEvent] }> {
  readonly #events: ClassEvent[] = [];

  restore(events: readonly ClassEvent[]): void {
    this.#events.push(...events);
  }

  add(kind: ClassEvent['kind'], classClockMs: number): void {
    const event = { kind, atMs: Math.round(classClockMs) };
    this.#events.push(event);
    this.emit('added', event);
  }

  /** The events from `fromMs` on, oldest first. */
  since(fromMs: number): ClassEvent[] {
    return this.#events.filter(({ atMs }) => atMs >= fromMs);
  }
}
