import { LecternError, outranks } from '@lectern/contracts';
import type { ClassEvent, ParticipationMinute, Person, Reaction, SeatId } from '@lectern/contracts';
import { Chat } from './chat.ts';
import type { StoredChat } from './chat.ts';
import { ClassEvents } from './class-events.ts';
import { ClassState } from './class-state.ts';
import type { StoredClassState } from './class-state.ts';
import type { Clock } from './clock.ts';
import { StudentAnswers } from './student-answers.ts';
import { Hands } from './hands.ts';
import { Invitations } from './invitations.ts';
import { Participation } from './participation.ts';
import type { ParticipationKind } from './participation.ts';
import { Reactions } from './reactions.ts';
import { Roster } from './roster.ts';
import { SeatsPresent } from './seats-present.ts';
import { Stage } from './stage.ts';
import type { StageLimits } from './stage.ts';

/** A class as the records give it back after a restart. */
export interface StoredClass {
  readonly state: StoredClassState;
  readonly chat: StoredChat;
  readonly hands: readonly Person[];
  readonly stage: readonly Person[];
  readonly events: readonly ClassEvent[];
  readonly participation: readonly ParticipationMinute[];
}

/**
 * One class: ties its parts together and holds the rules that need more than one of them. Does no I/O; whoever
 * listens to the parts' events writes, sends and closes media.
 */
export class LiveClass {
  readonly state: ClassState;
  readonly seats: SeatsPresent;
  readonly roster: Roster;
  readonly stage: Stage;
  readonly hands = new Hands();
  readonly invitations: Invitations;
  readonly chat: Chat;
  readonly reactions = new Reactions();
  readonly participation = new Participation();
  readonly events = new ClassEvents();
  readonly contributions = new StudentAnswers();
  readonly reminders = new StudentAnswers();

  constructor(stored: StoredClass, limits: StageLimits, clock: Clock) {
    this.state = new ClassState(stored.state, clock);
    this.seats = new SeatsPresent(clock);
    this.roster = new Roster(this.seats);
    this.stage = new Stage(limits);
    this.invitations = new Invitations(clock);
    this.chat = new Chat(stored.chat, clock);
    for (const person of [...stored.stage, ...stored.hands]) this.seats.expect(person);
    for (const person of stored.stage) this.stage.join(person, false);
    this.hands.restore(stored.hands);
    this.events.restore(stored.events);
    this.participation.restore(stored.participation);
    this.#fillLanes();
  }

  /** Seats somebody, anew or again; whatever they held, they hold still. */
  arrive(person: Person): void {
    this.seats.arrive(person);
    this.hands.rename(person);
    this.stage.arrive(person);
  }

  /** The connection is gone; everything that the seat holds is kept. */
  lose(seatId: SeatId): void {
    this.seats.lose(seatId);
    this.stage.lose(seatId);
  }

  /** Takes somebody out of everything at once. */
  leave(seatId: SeatId): void {
    this.hands.lower(seatId);
    this.invitations.withdraw(seatId);
    this.stage.leave(seatId);
    this.chat.forget(seatId);
    this.seats.leave(seatId);
  }

  raiseHand(person: Person): void {
    this.state.checkLive();
    if (this.stage.isInvitedMember(person.seatId)) throw new LecternError('conflict');
    if (this.hands.raise(person)) this.#count('hands');
  }

  react(reaction: Reaction): void {
    this.state.checkLive();
    this.reactions.add(reaction);
    this.#count('reactions');
  }

  /** Students write while the class is live; staff from the opening on. */
  checkMayWrite(person: Person): void {
    if (person.role === 'student' || this.state.status !== 'open') this.state.checkLive();
  }

  countMessage(): void {
    if (this.state.status === 'live') this.#count('messages');
  }

  /** Invites a student. Throws `not-found`, `not-allowed` for staff (they need no invitation), `stage-full`. */
  inviteToStage(by: Person, seatId: SeatId): void {
    this.state.checkLive();
    const { person, connected } = this.#seat(seatId);
    if (!connected) throw new LecternError('not-found');
    if (person.role !== 'student') throw new LecternError('not-allowed');
    if (this.stage.isInvitedMember(seatId) || this.invitations.isInvited(seatId)) return;
    this.stage.checkRoomFor(this.invitations.count);
    this.invitations.invite(seatId, by.name);
  }

  /** Who is invited to the stage and has not answered yet. */
  invited(): Person[] {
    return this.invitations.seats().flatMap((seatId) => this.seats.get(seatId)?.person ?? []);
  }

  /** Answers the own invitation; whoever accepts is on the stage, and the hand is down. Throws `conflict`. */
  answerInvitation(person: Person, accepted: boolean): void {
    this.state.checkLive();
    this.invitations.answer(person, accepted);
    if (!accepted) return;
    this.hands.lower(person.seatId);
    this.stage.join(person);
  }

  /** Sends a student back, or takes the invitation back while it waits for an answer. */
  sendToAudience(by: Person, seatId: SeatId): void {
    this.checkMayActOn(by, seatId);
    if (this.invitations.withdraw(seatId)) return;
    // Staff publish without an invitation: what is closed here their page publishes again at once.
    if (this.#seat(seatId).person.role !== 'student') throw new LecternError('not-allowed');
    this.stage.leave(seatId);
  }

  /** Throws `not-found` for nobody present, and `not-allowed` for somebody of the same rank or above. */
  checkMayActOn(by: Person, seatId: SeatId): void {
    const { person } = this.#seat(seatId);
    if (!outranks(by.role, person.role)) throw new LecternError('not-allowed');
  }

  /** On the stage, everybody else whom `mute-all` by this person mutes: never somebody of a higher rank. */
  mutedByAll(by: Person): SeatId[] {
    return this.stage
      .people()
      .filter(({ seatId, role }) => seatId !== by.seatId && !outranks(role, by.role))
      .map(({ seatId }) => seatId);
  }

  start(startedAtMs: number): void {
    this.state.start(startedAtMs);
    this.events.add('started', 0);
  }

  end(): void {
    this.state.checkLive();
    this.events.add('ended', this.state.lastClassClockMs());
    this.state.end();
  }

  switchSignal(enabled: boolean): void {
    if (this.state.signalEnabled === enabled) return;
    this.state.setSignalEnabled(enabled);
    if (this.state.status === 'live') this.#event(enabled ? 'signal-on' : 'signal-off');
  }

  #seat(seatId: SeatId): { person: Person; connected: boolean } {
    const seat = this.seats.get(seatId);
    if (!seat) throw new LecternError('not-found');
    return seat;
  }

  #fillLanes(): void {
    this.stage.on('joined', () => {
      this.#event('stage-joined');
    });
    this.stage.on('left', () => {
      this.#event('stage-left');
    });
    this.stage.on('screen-share-started', () => {
      this.#event('screen-share-started');
    });
    this.stage.on('screen-share-ended', () => {
      this.#event('screen-share-ended');
    });
  }

  #event(kind: ClassEvent['kind']): void {
    const classClockMs = this.state.classClockMs();
    if (classClockMs !== null) this.events.add(kind, classClockMs);
  }

  #count(kind: ParticipationKind): void {
    this.participation.count(kind, this.state.lastClassClockMs());
  }
}
