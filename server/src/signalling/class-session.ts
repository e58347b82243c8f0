import { LecternError } from '@lectern/contracts';
import type { ClassDetail, ClassId, Pacing, Person, SeatId, ServerMessage } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { ClassRecords } from '../class-records/class-records.ts';
import type { PermissionRecords } from '../class-records/permission-records.ts';
import { LiveClass } from '../classroom/live-class.ts';
import type { StoredClass } from '../classroom/live-class.ts';
import type { SeatRecord } from '../courses/seats.ts';
import type { ErasedSeat } from '../identity/account-records.ts';
import type { ClassMedia } from '../media/class-media.ts';
import { ClassBroadcast } from './class-broadcast.ts';
import { ClassPermissions } from './class-permissions.ts';
import { ClassRecorder } from './class-recorder.ts';
import { ClassSignals } from './class-signals.ts';
import { cardFor, snapshotFor } from './class-views.ts';
import type { Connection, Outbox, Participant } from './connection.ts';
import { EmptyRoom } from './empty-room.ts';
import { KeptPlaces } from './kept-places.ts';
import type { LiveClassesDeps, LiveClassLimits } from './live-classes-deps.ts';
import { followMedia } from './media-follower.ts';
import { SeatRates } from './message-rate.ts';

/** What every session shares. */
export interface SessionParts {
  readonly deps: LiveClassesDeps;
  readonly limits: LiveClassLimits;
  readonly records: ClassRecords;
  readonly permissions: PermissionRecords;
}

/** A class as the store has it. */
export interface StoredSession {
  readonly detail: ClassDetail;
  readonly locked: boolean;
  readonly stored: Omit<StoredClass, 'state'>;
  readonly secret: Uint8Array | null;
}

type GoodbyeReason = Extract<ServerMessage, { type: 'goodbye' }>['reason'];

/** How often minutes are written down and the institution's rules are looked at. */
const HOUSEKEEPING_MS = 5_000;

/** One class while somebody is in it or while it is live: joins its rules to connections, media, records and signals. */
export class ClassSession {
  readonly classId: ClassId;
  readonly live: LiveClass;
  readonly media: ClassMedia;
  readonly broadcast: ClassBroadcast;
  readonly signals: ClassSignals;
  readonly permissions: ClassPermissions;
  readonly recorder: ClassRecorder;
  readonly rates: SeatRates;
  readonly parts: SessionParts;
  readonly logger: Logger;
  readonly #outbox: Outbox;
  readonly #onClosed: () => void;
  readonly #participants = new Map<SeatId, Participant>();
  /** Seats that open nothing any more, and the word that they go with. */
  readonly #dismissed = new Map<SeatId, GoodbyeReason>();
  /** Which load of the page a seat's media belongs to. */
  readonly #pages = new Map<SeatId, string | null>();
  readonly #kept = new KeptPlaces((seatId) => {
    this.leave(seatId);
  });
  readonly #empty: EmptyRoom;
  readonly #housekeeping: NodeJS.Timeout;
  #detail: ClassDetail;
  #closed = false;

  constructor(
    { detail, locked, stored, secret }: StoredSession,
    parts: SessionParts,
    outbox: Outbox,
    onClosed: () => void,
  ) {
    const { deps, limits, records } = parts;
    const { classId } = detail;
    this.classId = classId;
    this.parts = parts;
    this.logger = deps.logger.child({ classId });
    this.#detail = detail;
    this.#outbox = outbox;
    this.#onClosed = onClosed;
    const { status, signalEnabled } = detail;
    const startedAtMs = detail.startedAt === null ? null : Date.parse(detail.startedAt);
    const state = { status, startedAtMs, locked, signalEnabled };
    const live = new LiveClass({ state, ...stored }, limits.stage, deps.clock);
    const media = deps.media.openClass(classId);
    this.live = live;
    this.rates = new SeatRates(deps.clock);
    this.media = media;
    this.recorder = new ClassRecorder(classId, live, records, deps.clock);
    this.permissions = new ClassPermissions({
      ...{ classId, course: detail.courseId, contributions: live.contributions },
      ...{ records: parts.permissions, clock: deps.clock },
    });
    const around = {
      hearing: () => media.hearing,
      connectionOf: (seatId: SeatId) => this.#participants.get(seatId)?.connection,
      signalOffered: () => this.signals.offered(),
    };
    this.broadcast = new ClassBroadcast(live, outbox, around, limits.batchMs);
    this.signals = new ClassSignals(
      {
        ...{ classId, live, media, deps, logger: this.logger, minimumCohort: limits.minimumCohort },
        onOfferChanged: () => {
          this.broadcast.state();
        },
        tellStaff: (pacing) => {
          outbox.send('staff', { type: 'pacing', pacing });
        },
      },
      secret,
    );
    followMedia({
      ...{ live, media, outbox, broadcast: this.broadcast, resetSpreadMs: limits.resetSpreadMs },
      send: (seatId, message) => {
        this.send(seatId, message);
      },
    });
    for (const { person } of live.seats.all()) this.#kept.keep(person.seatId, limits.restartGraceMs);
    this.#empty = new EmptyRoom(limits.abandonedAfterMs, () => {
      this.#endAbandoned();
    });
    this.#empty.note(true);
    this.signals.review();
    this.#housekeeping = setInterval(() => {
      this.#saveMinutes();
      this.recorder.mend();
      this.rates.forgetRested();
      this.signals.review();
    }, HOUSEKEEPING_MS).unref();
  }

  /** False once another page has taken the seat over, or the seat has left. */
  isCurrent(participant: Participant): boolean {
    return this.#participants.get(participant.person.seatId) === participant;
  }

  /**
   * Seats whoever connected: takes over from another page, and sends the snapshot before anything else. Null when the
   * connection, or the seat, is gone meanwhile.
   */
  async arrive(connection: Connection, seat: SeatRecord, pageId: string | null): Promise<Participant | null> {
    const person: Person = { seatId: seat.seatId, name: seat.name, role: seat.role };
    const student = seat.role === 'student';
    const [contributing, pacing] = await Promise.all([
      student ? this.permissions.recorded(seat) : null,
      student ? null : this.signals.pacing(),
    ]);
    if (this.#closed) throw new LecternError('class-ended');
    if (connection.closed) return null;
    const dismissed = this.#dismissed.get(seat.seatId);
    if (dismissed !== undefined) {
      connection.send({ type: 'goodbye', reason: dismissed });
      connection.end();
      return null;
    }
    // From here to the end nothing waits: no update can come between the snapshot and the views.
    this.#takeOver(seat.seatId, pageId);
    const participant: Participant = { connection, person, accountId: seat.accountId, pageId, session: this };
    this.#participants.set(seat.seatId, participant);
    this.#empty.note(false);
    this.#pages.set(seat.seatId, pageId);
    this.#kept.release(seat.seatId);
    this.live.arrive(person);
    // What was answered in this class meanwhile is newer than what was read.
    const { contributions } = this.live;
    if (contributing !== null && contributions.answer(seat.seatId) === null) {
      contributions.set(seat.seatId, contributing);
    }
    connection.send({ type: 'snapshot', snapshot: this.#snapshot(participant, pacing) });
    this.#outbox.join(connection, student ? 'students' : 'staff');
    return participant;
  }

  /** The connection is gone. The place is kept for a while, with hand, stage and media. */
  lost(participant: Participant): void {
    if (!this.isCurrent(participant)) return;
    const { seatId } = participant.person;
    this.#participants.delete(seatId);
    this.#empty.note(this.#participants.size === 0);
    this.live.lose(seatId);
    this.#kept.keep(seatId, this.parts.limits.graceMs);
  }

  /** Takes a seat out of everything at once. */
  leave(seatId: SeatId): void {
    this.#kept.release(seatId);
    const participant = this.#participants.get(seatId);
    this.#participants.delete(seatId);
    this.#pages.delete(seatId);
    this.media.closeSeat(seatId);
    this.live.leave(seatId);
    participant?.connection.end();
    this.#empty.note(this.#participants.size === 0);
    // A class that is not live and has nobody in it needs no session.
    if (this.#participants.size + this.#kept.size === 0 && this.live.state.status !== 'live') void this.close();
  }

  /** Ends a seat's connection with a word, and takes the seat out for good. */
  dismiss(seatId: SeatId, reason: GoodbyeReason): void {
    this.#dismissed.set(seatId, reason);
    this.send(seatId, { type: 'goodbye', reason });
    this.leave(seatId);
  }

  /** A seat was erased: whoever sits there goes, with what was written from it and what is on its way. */
  erase({ seatId, messageIds }: ErasedSeat): void {
    this.live.chat.deleteFrom(seatId, messageIds);
    this.signals.revoke(seatId);
    this.dismiss(seatId, 'erased');
  }

  /** The seat's secret was changed: whoever sits there goes, and comes back only with the account's sign-in. */
  shut(seatId: SeatId): void {
    this.send(seatId, { type: 'goodbye', reason: 'taken-over' });
    this.leave(seatId);
  }

  send(seatId: SeatId, message: ServerMessage): void {
    this.#participants.get(seatId)?.connection.send(message);
  }

  async open(): Promise<void> {
    const { classes, clock } = this.parts.deps;
    this.live.state.checkOpen();
    this.#detail = await classes.setClassStatus(this.classId, 'open', new Date(clock.wallMs()));
    this.live.state.open();
  }

  async start(): Promise<void> {
    const { classes, clock } = this.parts.deps;
    this.live.state.checkStart();
    const startedAtMs = clock.wallMs();
    this.#detail = await classes.setClassStatus(this.classId, 'live', new Date(startedAtMs));
    this.live.start(startedAtMs);
    this.signals.review();
  }

  /** Ends the class for all. The answer to whoever ended it goes out before the goodbyes. */
  async end(): Promise<void> {
    const { classes, clock } = this.parts.deps;
    this.live.state.checkLive();
    this.#detail = await classes.setClassStatus(this.classId, 'ended', new Date(clock.wallMs()));
    this.live.end();
    this.#saveMinutes();
    // What cannot be cleared now runs out by its own clock.
    await this.parts.records.clearPresence(this.classId).catch(() => undefined);
    setImmediate(() => {
      this.broadcast.flush();
      this.#outbox.send('everyone', { type: 'goodbye', reason: 'class-ended' });
      void this.close();
    });
  }

  async lock(locked: boolean): Promise<void> {
    await this.parts.deps.classes.setLocked(this.classId, locked);
    this.live.state.setLocked(locked);
  }

  async switchSignal(enabled: boolean): Promise<void> {
    await this.parts.deps.classes.setSignalEnabled(this.classId, enabled);
    this.live.switchSignal(enabled);
    this.signals.review();
  }

  /** Reads the class's plan again after it was changed elsewhere; whoever is here is told a new title or time. */
  async refresh(): Promise<void> {
    const { detail, locked } = await this.parts.deps.classes.classState(this.classId);
    const before = cardFor(this.#detail, this.live);
    this.#detail = detail;
    const card = cardFor(detail, this.live);
    if (JSON.stringify(card) !== JSON.stringify(before)) this.#outbox.send('everyone', { type: 'card-changed', card });
    this.live.state.setLocked(locked);
    this.live.switchSignal(detail.signalEnabled);
    this.signals.review();
  }

  /** The class was taken back before it began: whoever waits is told, and the session closes. */
  async cancel(): Promise<void> {
    this.#outbox.send('everyone', { type: 'goodbye', reason: 'class-cancelled' });
    await this.close();
  }

  /** Ends every connection and all media; what was not written yet is written. May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#housekeeping);
    this.#empty.close();
    this.#kept.close();
    this.broadcast.close();
    this.media.close();
    for (const { connection } of this.#participants.values()) connection.end();
    this.#participants.clear();
    this.#saveMinutes();
    if (this.live.state.status === 'ended') await this.signals.end();
    await this.parts.records.settled();
    this.#onClosed();
  }

  #snapshot(participant: Participant, pacing: Pacing | null) {
    const { deps } = this.parts;
    return snapshotFor(participant, this.live, {
      build: deps.build,
      detail: this.#detail,
      institution: deps.institution.current(),
      signalOffered: this.signals.offered(),
      rtpCapabilities: deps.media.rtpCapabilities,
      hearing: this.media.hearing,
      pacing,
    });
  }

  /** The same page that is back keeps its transports; another page begins anew, and the one before is told. */
  #takeOver(seatId: SeatId, pageId: string | null): void {
    const before = this.#participants.get(seatId);
    const samePage = pageId !== null && this.#pages.get(seatId) === pageId;
    if (!samePage) this.media.closeSeat(seatId);
    if (!before) return;
    this.#participants.delete(seatId);
    if (!samePage) before.connection.send({ type: 'goodbye', reason: 'taken-over' });
    before.connection.end();
  }

  #endAbandoned(): void {
    if (this.live.state.status !== 'live') return;
    this.logger.info('a live class that nobody was in for long was ended');
    this.end().catch((error: unknown) => {
      this.logger.error({ err: error }, 'a class that nobody is in could not be ended; it is tried again');
      this.#empty.tellAgain(this.parts.limits.endAgainAfterMs);
    });
  }

  #saveMinutes(): void {
    this.parts.records.saveMinutes(this.classId, this.live.participation.takeUnsaved());
  }
}
