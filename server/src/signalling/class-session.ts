import { LecternError } from '@lectern/contracts';
import type { ClassDetail, ClassId, Institution, Pacing, Person, SeatId } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { ClassRecords, PostedLine } from '../class-records/class-records.ts';
import type { PermissionRecords } from '../class-records/permission-records.ts';
import { onRecord } from '../class-records/record-writer.ts';
import { AudioPtime } from '../classroom/audio-ptime.ts';
import { LiveClass } from '../classroom/live-class.ts';
import type { StoredClass } from '../classroom/live-class.ts';
import type { SeatRecord } from '../courses/seats.ts';
import type { ErasedSeat } from '../identity/account-records.ts';
import type { ClassMedia } from '../media/class-media.ts';
import type { Admissions } from './admissions.ts';
import { ClassBroadcast } from './class-broadcast.ts';
import { ClassEntrance } from './class-entrance.ts';
import type { Place } from './class-entrance.ts';
import { ClassPermissions } from './class-permissions.ts';
import { ClassRecorder } from './class-recorder.ts';
import { ClassPlaces } from './class-places.ts';
import { ClassSeating } from './class-seating.ts';
import type { Arrival } from './class-seating.ts';
import { ClassSignals } from './class-signals.ts';
import { snapshotFor } from './class-views.ts';
import { ClassWay } from './class-way.ts';
import type { Connection, Outbox, Seated } from './connection.ts';
import type { LiveClassesDeps, LiveClassLimits } from './live-classes-deps.ts';
import { followMedia } from './media-follower.ts';
import { SeatRates } from './message-rate.ts';
import { PostedLines } from './posted-lines.ts';
import { Removals } from './removals.ts';
import type { SignalLinks } from './signal-links.ts';
import { SlowReaders } from './slow-readers.ts';

/** What every session shares. */
export interface SessionParts {
  readonly deps: LiveClassesDeps;
  readonly limits: LiveClassLimits;
  readonly records: ClassRecords;
  readonly permissions: PermissionRecords;
  readonly admissions: Admissions;
  readonly signalLinks: SignalLinks;
}

/** A class as the store has it. */
export interface StoredSession {
  readonly detail: ClassDetail;
  readonly locked: boolean;
  readonly stored: Omit<StoredClass, 'state'>;
  /** Chat lines that were posted before, oldest first. */
  readonly lines: readonly PostedLine[];
  readonly secret: Uint8Array | null;
  /** Students to be expected before anybody came. */
  readonly expectedStudents: number;
  /** Students who were ever inside, where the class is live already; else null. */
  readonly cameBefore: number | null;
}

/** How often minutes are written down and the institution's rules are looked at. */
const HOUSEKEEPING_MS = 5_000;

/** One class while somebody is in it or while it is live: joins its rules to connections, media, records and signals. */
export class ClassSession {
  readonly classId: ClassId;
  readonly live: LiveClass;
  readonly media: ClassMedia;
  readonly seating: ClassSeating;
  readonly entrance: ClassEntrance;
  readonly broadcast: ClassBroadcast;
  readonly audioPtime: AudioPtime;
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
  readonly #removals: Removals;
  readonly #housekeeping: NodeJS.Timeout;
  readonly #slowReaders: SlowReaders;
  /** The rules as everybody here knows them. */
  #institution: Institution;
  #closing: Promise<void> | undefined;

  constructor(
    { detail, locked, stored, lines, secret, expectedStudents, cameBefore }: StoredSession,
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
    this.#institution = deps.institution.current();
    const { status, signalEnabled } = detail;
    const startedAtMs = detail.startedAt === null ? null : Date.parse(detail.startedAt);
    const state = { status, startedAtMs, locked, signalEnabled };
    const live = new LiveClass({ state, ...stored }, limits.stage, deps.clock);
    const media = deps.media.openClass(classId, detail.synthetic);
    this.live = live;
    this.audioPtime = new AudioPtime(live.seats, expectedStudents, limits.audioPtimeMs);
    this.audioPtime.on('changed', (audioPtimeMs) => {
      this.broadcast.news({ type: 'audio-ptime-changed', audioPtimeMs });
    });
    this.rates = new SeatRates(deps.clock, limits.signalling);
    this.media = media;
    this.recorder = new ClassRecorder(classId, live, records, deps.clock);
    this.way = new ClassWay(detail, {
      ...{ live, classes: deps.classes, clock: deps.clock, logger: this.logger },
      onCardChanged: (card) => {
        this.broadcast.news({ type: 'card-changed', card });
      },
      onChanged: () => {
        this.audioPtime.expect(this.way.detail.expectedPeople ?? 0);
        this.#review();
      },
      onEnded: () => this.#ended(),
    });
    this.#removals = new Removals((seatId, at) =>
      onRecord(() => deps.seats.removeSeat(classId, seatId, at), this.logger),
    );
    this.permissions = new ClassPermissions({
      ...{ classId, course: detail.courseId, records: parts.permissions, clock: deps.clock },
      answers: { contribute: live.contributions, remind: live.reminders },
    });
    const around = {
      hearing: () => media.hearing,
      speaking: () => media.speaking,
      connectionOf: (seatId: SeatId) => this.seating.connectionOf(seatId),
      offers: () => this.signals.offers(),
    };
    this.broadcast = new ClassBroadcast(live, outbox, around, limits.batchMs);
    this.signals = new ClassSignals(
      {
        ...{ classId, live, media, deps, logger: this.logger, minimumCohort: limits.minimumCohort },
        onOfferChanged: () => {
          this.broadcast.state();
        },
        tellStaff: (pacing) => {
          this.broadcast.news({ type: 'pacing', pacing });
        },
      },
      secret,
    );
    followMedia({
      ...{ live, media, broadcast: this.broadcast, resetSpreadMs: limits.resetSpreadMs },
      send: (seatId, message) => {
        this.seating.send(seatId, message);
      },
    });
    this.seating = new ClassSeating({
      ...{ live, media, clock: deps.clock, limits },
      isWaiting: (seatId) => parts.admissions.isWaiting(seatId),
      onLeft: () => {
        this.#closeIfUnused();
      },
      onAbandoned: () => {
        this.#endAbandoned();
      },
    });
    live.seats.on('left', (seatId) => {
      this.logger.debug({ seatId }, 'somebody left');
    });
    const places = new ClassPlaces({
      ...{ limit: limits.studentsPerClass, seats: live.seats, clock: deps.clock },
      keepsTurn: (seatId) => parts.admissions.keepsTurn(seatId),
      returning: cameBefore === null ? null : { students: cameBefore, withinMs: limits.restartGraceMs },
    });
    this.entrance = new ClassEntrance({
      ...{ classId, live, media, admissions: parts.admissions, seats: deps.seats, clock: deps.clock },
      places,
      seatedOn: (seatId) => this.seating.seatedOn(seatId),
      seat: (connection, arrival) => this.#seat(connection, arrival),
      onRest: () => {
        this.#closeIfUnused();
      },
    });
    this.#slowReaders = new SlowReaders({
      limits: limits.signalling.unread,
      ...{ outbox, clock: deps.clock, logger: this.logger },
      seated: () => this.seating.seated(),
      bring: (seated) => this.#bring(seated),
    });
    this.signals.review();
    this.#housekeeping = setInterval(() => {
      this.#saveMinutes();
      this.recorder.mend();
      void this.#removals.mend();
      live.invitations.expire();
      this.rates.forgetRested();
      this.#review();
      // Whoever knocked may have been refused, or have gone before they were seated.
      this.#closeIfUnused();
    }, HOUSEKEEPING_MS).unref();
  }

  /** Counts a connection of this seat that comes next, and holds a place as `ClassEntrance.expect` does; throws `too-many` with the time to wait. */
  expect(seat: SeatRecord): Place {
    this.rates.of(seat.seatId).takeArrival();
    return this.entrance.expect(seat);
  }

  /**
   * Throws `over-capacity` when the workers cannot carry one more open microphone, or the sound of one more screen, those who are invited counted. Staff
   * are heard whatever it costs.
   */
  checkCapacityFor({ role, seatId }: Person, source: 'microphone' | 'screen-audio', invited = 0): void {
    if (role !== 'student' || this.media.sends(seatId, source)) return;
    if (!this.media.hasRoomFor(source, 1 + invited, this.audioPtime.ms)) throw new LecternError('over-capacity');
  }

  /** Puts somebody out at once, and for good. It is on record as soon as the record can be written. */
  remove(seatId: SeatId): void {
    this.seating.dismiss(seatId, 'removed');
    void this.#removals.record(seatId, new Date(this.parts.deps.clock.wallMs()));
  }

  /** A seat was erased: whoever sits there goes, with what was written from it and what is on its way. */
  erase({ seatId, messageIds }: ErasedSeat): void {
    this.live.chat.deleteFrom(seatId, messageIds);
    this.signals.revoke(seatId);
    this.seating.dismiss(seatId, 'erased');
  }

  /** The class was taken back before it began: whoever waits is told, and the session closes. */
  async cancel(): Promise<void> {
    this.#outbox.send('everyone', { type: 'goodbye', reason: 'class-cancelled' });
    await this.close();
  }

  /** Ends every connection and all media; what was not written yet is written. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Ends the class, or takes it back where it has not begun, and resolves once everything of it is closed and written. */
  async endNow(): Promise<void> {
    if (this.live.state.status !== 'live') return this.cancel();
    await this.way.end();
    // After the goodbyes, which go out with the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    await this.close();
  }

  async #close(): Promise<void> {
    clearInterval(this.#housekeeping);
    this.entrance.close();
    this.#slowReaders.close();
    this.broadcast.close();
    this.media.close();
    this.seating.close();
    this.#saveMinutes();
    if (this.live.state.status === 'ended') await this.signals.end();
    await Promise.all([this.#removals.mend(), this.parts.records.settled()]);
    this.#onClosed();
  }

  /** Takes over from another page, and sends the snapshot before anything else of the class. */
  async #seat(connection: Connection, arrival: Arrival): Promise<Seated | null> {
    const { seat } = arrival;
    const student = seat.role === 'student';
    const [recorded, pacing] = await Promise.all([
      student ? this.permissions.recorded(seat) : null,
      student ? null : this.signals.pacing(),
    ]);
    if (this.#closing) throw new LecternError('class-ended');
    if (connection.closed) return null;
    // From here to the end nothing waits: no update can come between the snapshot and the views.
    const seated = this.seating.sit(connection, arrival);
    if (seated === null) return null;
    if (recorded) this.permissions.restore(seat.seatId, recorded);
    this.#show(seated, pacing);
    this.logger.debug({ seatId: seat.seatId, role: seat.role }, 'somebody came in');
    return seated;
  }

  /** Shows a page that reads again where the class stands now. */
  async #bring(seated: Seated): Promise<void> {
    const pacing = seated.person.role === 'student' ? null : await this.signals.pacing();
    if (this.seating.isCurrent(seated) && !seated.connection.closed) this.#show(seated, pacing);
  }

  /** Everything as it stands now, and what comes from now on. */
  #show({ connection, person }: Seated, pacing: Pacing | null): void {
    connection.send({ type: 'snapshot', snapshot: this.#snapshot(person, pacing) });
    this.broadcast.snapshotTaken(person);
    this.#outbox.join(connection, person.role !== 'student');
  }

  #snapshot(me: Person, pacing: Pacing | null) {
    const { deps } = this.parts;
    return snapshotFor(me, this.live, {
      build: deps.build,
      detail: this.way.detail,
      institution: deps.institution.current(),
      offers: this.signals.offers(),
      rtpCapabilities: deps.media.rtpCapabilities,
      audioPtimeMs: this.audioPtime.ms,
      hearing: this.media.hearing,
      speaking: this.media.speaking,
      shedding: this.media.shedding.state,
      pacing,
    });
  }

  /** Follows up on a change of the class or of the institution's rules. Who answers for the signal is known before it is asked for. */
  #review(): void {
    const institution = this.parts.deps.institution.current();
    const isChanged = JSON.stringify(institution) !== JSON.stringify(this.#institution);
    this.#institution = institution;
    if (isChanged) this.broadcast.news({ type: 'institution-changed', institution });
    this.signals.review();
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
    if (this.seating.size + this.entrance.size > 0) return;
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
      this.seating.tellAbandonedAgain(this.parts.limits.endAgainAfterMs);
    });
  }

  #saveMinutes(): void {
    this.parts.records.saveMinutes(this.classId, this.live.participation.takeUnsaved());
  }
}
