import { EventEmitter } from 'node:events';
import { LecternError } from '@lectern/contracts';
import type { Person, SeatId } from '@lectern/contracts';
import type { Clock } from './clock.ts';

interface Events {
  invited: [SeatId, string];
  withdrawn: [SeatId];
  answered: [Person, boolean];
}

/** An invitation holds a place on the stage: who does not answer it for so long gives the place free. */
const INVITATION_HOLDS_MS = 2 * 60_000;

/** Invitations to the stage that wait for an answer: one a person, for two minutes. */
export class Invitations extends EventEmitter<Events> {
  readonly #clock: Clock;
  /** By whom and when each was given, by the monotonic clock; the oldest first. */
  readonly #waiting = new Map<SeatId, { readonly by: string; readonly givenMs: number }>();

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  get count(): number {
    return this.#waiting.size;
  }

  isInvited(seatId: SeatId): boolean {
    return this.#waiting.has(seatId);
  }

  /** Who invited this seat, while the invitation waits for an answer. */
  invitedBy(seatId: SeatId): string | null {
    return this.#waiting.get(seatId)?.by ?? null;
  }

  /** Who has not answered yet, whoever was invited first coming first. */
  seats(): SeatId[] {
    return [...this.#waiting.keys()];
  }

  /** Invites once, under the name of whoever invites; a second invitation while the first waits changes nothing. */
  invite(seatId: SeatId, by: string): void {
    if (this.#waiting.has(seatId)) return;
    this.#waiting.set(seatId, { by, givenMs: this.#clock.monotonicMs() });
    this.emit('invited', seatId, by);
  }

  /** Takes an invitation back; true when there was one. */
  withdraw(seatId: SeatId): boolean {
    if (!this.#waiting.delete(seatId)) return false;
    this.emit('withdrawn', seatId);
    return true;
  }

  /** Takes back what has waited for too long; to be called every few seconds. */
  expire(): void {
    const fromMs = this.#clock.monotonicMs() - INVITATION_HOLDS_MS;
    for (const [seatId, { givenMs }] of this.#waiting) if (givenMs <= fromMs) this.withdraw(seatId);
  }

  /** Answers an invitation; throws `conflict` when it was withdrawn meanwhile. */
  answer(person: Person, accepted: boolean): void {
    if (!this.#waiting.delete(person.seatId)) throw new LecternError('conflict');
    this.emit('answered', person, accepted);
  }
}
