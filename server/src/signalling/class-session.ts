import { LecternError } from '@lectern/contracts';
import type { ClassDetail, ClassId, Pacing, Person, SeatId, ServerMessage } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { ClassRecords, PostedLine } from '../class-records/class-records.ts';
import type { PermissionRecords } from '../class-records/permission-records.ts';
import { onRecord } from '../class-records/record-writer.ts';
import { LiveClass } from '../classroom/live-class.ts';
import type { StoredClass } from '../classroom/live-class.ts';
import type { SeatRecord } from '../courses/seats.ts';
import type { ErasedSeat } from '../identity/account-records.ts';
import type { ClassMedia } from '../media/class-media.ts';
import { ClassBroadcast } from './class-broadcast.ts';
import { ClassDoor } from './class-door.ts';
import type { GoodbyeReason } from './class-door.ts';
import { ClassPermissions } from './class-permissions.ts';
import { ClassRecorder } from './class-recorder.ts';
import { ClassSignals } from './class-signals.ts';
import { snapshotFor } from './class-views.ts';
import { ClassWay } from './class-way.ts';
import type { Connection, Outbox, Participant } from './connection.ts';
import { EmptyRoom } from './empty-room.ts';
import { KeptPlaces } from './kept-places.ts';
import type { LiveClassesDeps, LiveClassLimits } from './live-classes-deps.ts';
import { followMedia } from './media-follower.ts';
import { SeatRates } from './message-rate.ts';
import { PostedLines } from './posted-lines.ts';
import { Removals } from './removals.ts';

/** What every session shares. */
export interface SessionParts {
  readonly deps: LiveClassesDeps;
  readonly limits: LiveClassLimits;
  readonly records: ClassRecords;
  readonly permissions: PermissionRecords;
}

/** Somebody whose secret opened a seat. */
export interface Arrival {
  readonly seat: SeatRecord;
  /** Null where the page did not say which it is. */
  readonly pageId: string | null;
  /** The monotonic clock's reading before the secret was looked at. */
  readonly knockedMs: number;
}

/** A class as the store has it. */
export interface StoredSession {
  readonly detail: ClassDetail;
  readonly locked: boolean;
  readonly stored: Omit<StoredClass, 'state'>;
  /** Chat lines that were posted before, oldest first. */
  readonly lines: readonly PostedLine[];
  readonly secret: Uint8Array | null;
}

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
  readonly way: ClassWay;
  readonly rates: SeatRates;
  readonly lines: PostedLines;
  readonly parts: SessionParts;
  readonly logger: Logger;
  readonly #outbox: Outbox;
  readonly #onClosed: () => void;
  readonly #participants = new Map<SeatId, Participant>();
  readonly #door = new ClassDoor();
  readonly #removals: Removals;
  /** Connections that wait for their snapshot. */
  #arriving = 0;
  readonly #kept = new KeptPlaces((seatId) => {
    this.leave(seatId);
  });
  readonly #empty: EmptyRoom;
  readonly #housekeeping: NodeJS.Timeout;
  #closed = false;

  constructor(
    { detail, locked, stored, lines, secret }: StoredSession,
    parts: SessionParts,
    outbox: Outbox,
    onClosed: () => void,
  ) {
    const { deps, limits, records } = parts;
    const { classId } = detail;
    this.classId = classId;
    this.parts = parts;
    this.logger = deps.logger.child({ classId });
    this.lines = new PostedLines(lines);
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
    this.way = new ClassWay(detail, {
      ...{ live, classes: deps.classes, clock: deps.clock, logger: this.logger },
      onCardChanged: (card) => {
        outbox.send('everyone', { type: 'card-changed', card });
      },
      onChanged: () => {
        this.signals.review();
      },
      onEnded: () => this.#ended(),
    });
    this.#removals = new Removals((seatId, at) =>
      onRecord(() => deps.seats.removeSeat(classId, seatId, at), this.logger),
    );
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
      void this.#removals.mend();
      live.invitations.expire();
      this.rates.forgetRested();
      this.signals.review();
    }, HOUSEKEEPING_MS).unref();
  }

  /** False once another page has taken the seat over, or the seat has left. */
  isCurrent(participant: Participant): boolean {
    return this.#participants.get(participant.person.seatId) === participant;
  }

  /** Counts a connection of this seat that comes next; throws `too-many` with the time to wait. */
  expect(seatId: SeatId): void {
    try {
      this.rates.of(seatId).takeArrival();
    } catch (error) {
      this.#closeIfUnused();
      throw error;
    }
  }

  /**
   * Seats whoever connected: takes over from another page, and sends the snapshot before anything else. Null when the
   * connection, or the seat, is gone meanwhile.
   */
  async arrive(connection: Connection, arrival: Arrival): Promise<Participant | null> {
    this.#arriving += 1;
    try {
      return await this.#seat(connection, arrival);
    } finally {
      this.#arriving -= 1;
      this.#closeIfUnused();
    }
  }

  /** The connection is gone. The place is kept for a while, with hand, stage and media. */
  lost(participant: Participant): void {
    if (!this.isCurrent(participant)) return;
    const { seatId } = participant.person;
    this.#participants.delete(seatId);
    this.#empty.note(this.#participants.size === 0);
    this.media.setConnected(seatId, false);
    this.live.lose(seatId);
    this.#kept.keep(seatId, this.parts.limits.graceMs);
  }

  /** Takes a seat out of everything at once. */
  leave(seatId: SeatId): void {
    this.#kept.release(seatId);
    const participant = this.#participants.get(seatId);
    this.#participants.delete(seatId);
    this.media.closeSeat(seatId);
    this.live.leave(seatId);
    participant?.connection.end();
    this.#empty.note(this.#participants.size === 0);
    this.#closeIfUnused();
  }

  /** Ends a seat's connection with a word, and takes the seat out for good. */
  dismiss(seatId: SeatId, reason: GoodbyeReason): void {
    this.#door.dismiss(seatId, reason);
    this.send(seatId, { type: 'goodbye', reason });
    this.leave(seatId);
  }

  /** Puts somebody out at once, and for good. It is on record as soon as the record can be written. */
  remove(seatId: SeatId): void {
    this.dismiss(seatId, 'removed');
    void this.#removals.record(seatId, new Date(this.parts.deps.clock.wallMs()));
  }

  /** A seat was erased: whoever sits there goes, with what was written from it and what is on its way. */
  erase({ seatId, messageIds }: ErasedSeat): void {
    this.live.chat.deleteFrom(seatId, messageIds);
    this.signals.revoke(seatId);
    this.dismiss(seatId, 'erased');
  }

  /** The seat's secret was changed: whoever sits there goes, and comes back only with the account's sign-in. */
  shut(seatId: SeatId): void {
    this.#door.shut(seatId, this.parts.deps.clock.monotonicMs());
    this.send(seatId, { type: 'goodbye', reason: 'taken-over' });
    this.leave(seatId);
  }

  send(seatId: SeatId, message: ServerMessage): void {
    this.#participants.get(seatId)?.connection.send(message);
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
    await Promise.all([this.#removals.mend(), this.parts.records.settled()]);
    this.#onClosed();
  }

  async #seat(connection: Connection, { seat, pageId, knockedMs }: Arrival): Promise<Participant | null> {
    const person: Person = { seatId: seat.seatId, name: seat.name, role: seat.role };
    const student = seat.role === 'student';
    const [contributing, pacing] = await Promise.all([
      student ? this.permissions.recorded(seat) : null,
      student ? null : this.signals.pacing(),
    ]);
    if (this.#closed) throw new LecternError('class-ended');
    if (connection.closed) return null;
    const reason = this.#door.refusal(seat.seatId, pageId, knockedMs);
    if (reason !== null) {
      connection.send({ type: 'goodbye', reason });
      connection.end();
      return null;
    }
    // From here to the end nothing waits: no update can come between the snapshot and the views.
    this.#takeOver(seat.seatId, pageId);
    const participant: Participant = { connection, person, accountId: seat.accountId, pageId, session: this };
    this.#participants.set(seat.seatId, participant);
    this.#empty.note(false);
    this.#kept.release(seat.seatId);
    this.live.arrive(person);
    this.media.setConnected(seat.seatId, true);
    // What was answered in this class meanwhile is newer than what was read.
    const { contributions } = this.live;
    if (contributing !== null && contributions.answer(seat.seatId) === null) {
      contributions.set(seat.seatId, contributing);
    }
    connection.send({ type: 'snapshot', snapshot: this.#snapshot(participant, pacing) });
    this.#outbox.join(connection, student ? 'students' : 'staff');
    return participant;
  }

  #snapshot(participant: Participant, pacing: Pacing | null) {
    const { deps } = this.parts;
    return snapshotFor(participant, this.live, {
      build: deps.build,
      detail: this.way.detail,
      institution: deps.institution.current(),
      signalOffered: this.signals.offered(),
      rtpCapabilities: deps.media.rtpCapabilities,
      hearing: this.media.hearing,
      speaking: this.media.speaking,
      pacing,
    });
  }

  /** The same page that is back keeps its transports; another page begins anew, and the one before is told. */
  #takeOver(seatId: SeatId, pageId: string | null): void {
    const before = this.#participants.get(seatId);
    const samePage = this.#door.enter(seatId, pageId);
    if (!samePage) this.media.closeSeat(seatId);
    if (!before) return;
    this.#participants.delete(seatId);
    if (!samePage) before.connection.send({ type: 'goodbye', reason: 'taken-over' });
    before.connection.end();
  }

  /** The class is over for all. The answer to whoever ended it goes out before the goodbyes. */
  async #ended(): Promise<void> {
    this.#saveMinutes();
    // What cannot be cleared now runs out by its own clock.
    await this.parts.records.clearPresence(this.classId).catch(() => undefined);
    setImmediate(() => {
      this.broadcast.flush();
      this.#outbox.send('everyone', { type: 'goodbye', reason: 'class-ended' });
      void this.close();
    });
  }

  /** A class that is not live and has nobody in it needs no session. */
  #closeIfUnused(): void {
    if (this.#participants.size + this.#kept.size + this.#arriving > 0) return;
    if (this.live.state.status !== 'live') void this.close();
  }

  #endAbandoned(): void {
    if (this.live.state.status !== 'live') {
      this.#closeIfUnused();
      return;
    }
    this.logger.info('a live class that nobody was in for long was ended');
    this.way.end().catch((error: unknown) => {
      this.logger.error({ err: error }, 'a class that nobody is in could not be ended; it is tried again');
      this.#empty.tellAgain(this.parts.limits.endAgainAfterMs);
    });
  }

  #saveMinutes(): void {
    this.parts.records.saveMinutes(this.classId, this.live.participation.takeUnsaved());
  }
}
