import { EventEmitter } from 'node:events';
import { LecternError } from '@lectern/contracts';
import type { Person, SeatId } from '@lectern/contracts';

interface Events {
  invited: [SeatId, string];
  withdrawn: [SeatId];
  answered: [Person, boolean];
}

/** Invitations to the stage that wait for an answer: one a person, with the name of whoever invited. */
export class Invitations extends EventEmitter<Events> {
  readonly #invitedBy = new Map<SeatId, string>();

  get count(): number {
    return this.#invitedBy.size;
  }

  isInvited(seatId: SeatId): boolean {
    return this.#invitedBy.has(seatId);
  }

  /** Invites once; a second invitation while the first waits changes nothing. */
  invite(seatId: SeatId, by: string): void {
    if (this.#invitedBy.has(seatId)) return;
    this.#invitedBy.set(seatId, by);
    this.emit('invited', seatId, by);
  }

  /** Takes an invitation back; true when there was one. */
  withdraw(seatId: SeatId): boolean {
    if (!this.#invitedBy.delete(seatId)) return false;
    this.emit('withdrawn', seatId);
    return true;
  }

  /** Answers an invitation; throws `conflict` when it was withdrawn meanwhile. */
  answer(person: Person, accepted: boolean): void {
    if (!this.#invitedBy.delete(person.seatId)) throw new LecternError('conflict');
    this.emit('answered', person, accepted);
  }
}
