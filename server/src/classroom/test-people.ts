import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import type { ClassRole, Person } from '@lectern/contracts';
import type { Clock } from './clock.ts';
import type { StoredClass } from './live-class.ts';

export function somebody(name: string, role: ClassRole = 'student'): Person {
  return { seatId: seatIdSchema.parse(randomUUID()), name, role };
}

/** A clock that goes when it is told to. */
export class FakeClock implements Clock {
  #wallMs = Date.parse('2026-11-23T08:00:00Z');
  #monotonicMs = 1_000;

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  pass(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  /** Sets the wall clock alone, as an operator or NTP does. */
  setWall(ms: number): void {
    this.#wallMs = ms;
  }
}

export const EMPTY_CLASS: StoredClass = {
  state: { status: 'planned', startedAtMs: null, locked: false, signalEnabled: true },
  chat: { recent: [], older: false, lastMessageId: 0, settings: { writers: 'everyone', slowModeSeconds: 0 } },
  hands: [],
  stage: [],
  events: [],
  participation: [],
};
