import { LecternError } from '@lectern/contracts';
import type { ClassDetail, ClassId, Pacing, Person, SeatId, ServerMessage } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { ClassRecords } from '../class-records/class-records.ts';
import type { PermissionRecords } from '../class-records/permission-records.ts';
import { contributorId } from '../classroom/contributor-id.ts';
import { LiveClass } from '../classroom/live-class.ts';
import type { StoredClass } from '../classroom/live-class.ts';
import type { SeatRecord } from '../courses/seats.ts';
import type { ClassMedia } from '../media/class-media.ts';
import { ClassBroadcast } from './class-broadcast.ts';
import { recordClass } from './class-recorder.ts';
import { snapshotFor } from './class-views.ts';
import type { Connection, Outbox, Participant } from './connection.ts';
import type { LiveClassesDeps, LiveClassLimits } from './live-classes-deps.ts';

/** What every session shares. */
export interface SessionParts {
  readonly deps: LiveClassesDeps;
  readonly limits: LiveClassLimits;
  readonly records: ClassRecords;
  readonly permissions: PermissionRecords;
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
  readonly parts: SessionParts;
  readonly logger: Logger;
  readonly #outbox: Outbox;
  readonly #onIdle: () => void;
  readonly #participants = new Map<SeatId, Participant>();
  /** Which load of the page a seat's media belongs to. */
  readonly #pages = new Map<SeatId, string | null>();
  readonly #graceTimers = new Map<SeatId, NodeJS.Timeout>();
  readonly #housekeeping: NodeJS.Timeout;
  #detail: ClassDetail;
  #secret: Uint8Array | null;
  #followed = false;
  #wasOffered = false;
  #closed = false;

  constructor(
    {
      detail,
      locked,
      stored,
      secret,
    }: {
      detail: ClassDetail;
      locked: boolean;
      stored: Omit<StoredClass, 'state'>;
      secret: Uint8Array | null;
    },
    parts: SessionParts,
    outbox: Outbox,
    onIdle: () => void,
  ) {
    const { deps, limits } = parts;
    this.classId = detail.classId;
    this.parts = parts;
    this.logger = deps.logger.child({ classId: detail.classId });
    this.#detail = detail;
    this.#secret = secret;
    this.#outbox = outbox;
    this.#onIdle = onIdle;
    const state = {
      status: detail.status,
      startedAtMs: detail.startedAt === null ? null : Date.parse(detail.startedAt),
      locked,
      signalEnabled: detail.signalEnabled,
    };
    this.live = new LiveClass({ state, ...stored }, limits.stage, deps.clock);
    this.media = deps.media.openClass(detail.classId);
    this.broadcast = new ClassBroadcast(
      this.live,
      outbox,
      {
        hearing: () => this.media.hearing,
        connectionOf: (seatId) => this.#participants.get(seatId)?.connection,
        signalOffered: () => this.signalOffered(),
      },
      limits.batchMs,
    );
    recordClass(this.classId, this.live, parts.records, deps.clock);
    this.#joinMedia();
    for (const { person } of this.live.seats.all()) this.#keepPlace(person.seatId, limits.restartGraceMs);
    this.#housekeeping = setInterval(() => {
      this.#housekeep();
    }, HOUSEKEEPING_MS).unref();
    this.#noteOffer();
  }

  get detail(): ClassDetail {
    return this.#detail;
  }

  get course(): ClassDetail['courseId'] {
    return this.#detail.courseId;
  }

  get participants(): number {
    return this.#participants.size;
  }

  /** True when students may be asked now: institution, jurisdiction and class all allow it, and the class is live. */
  signalOffered(): boolean {
    const { state } = this.live;
    return state.status === 'live' && state.signalEnabled && this.parts.deps.institution.current().permitted.cohort;
  }

  isCurrent(participant: Participant): boolean {
    return this.#participants.get(participant.person.seatId) === participant;
  }

  /** Seats whoever connected: takes over from another page, and sends the snapshot before anything else. */
  async arrive(connection: Connection, seat: SeatRecord, pageId: string | null): Promise<Participant | null> {
    const person: Person = { seatId: seat.seatId, name: seat.name, role: seat.role };
    const student = seat.role === 'student';
    const [contributing, pacing] = await Promise.all([
      student ? this.parts.permissions.contributes(this.course, seat.seatId, seat.accountId) : null,
      student ? null : this.#pacing(),
    ]);
    if (this.#closed) throw new LecternError('class-ended');
    if (connection.closed) return null;
    // From here to the end nothing waits: no update can come between the snapshot and the views.
    this.#takeOver(seat.seatId, pageId);
    const participant: Participant = { connection, person, accountId: seat.accountId, pageId, session: this };
    this.#participants.set(seat.seatId, participant);
    this.#pages.set(seat.seatId, pageId);
    this.#endGrace(seat.seatId);
    this.live.arrive(person);
    if (contributing !== null) this.live.contributions.set(seat.seatId, contributing);
    connection.send({ type: 'snapshot', snapshot: this.#snapshot(participant, pacing) });
    this.#outbox.join(connection, student ? 'students' : 'staff');
    return participant;
  }

  /** The connection is gone. The place is kept for a while, with hand, stage and media. */
  lost(participant: Participant): void {
    if (!this.isCurrent(participant)) return;
    const { seatId } = participant.person;
    this.#participants.delete(seatId);
    this.live.seats.lose(seatId);
    this.#keepPlace(seatId, this.parts.limits.graceMs);
  }

  /** Takes a seat out of everything at once. */
  leave(seatId: SeatId): void {
    this.#endGrace(seatId);
    const participant = this.#participants.get(seatId);
    this.#participants.delete(seatId);
    this.#pages.delete(seatId);
    this.media.closeSeat(seatId);
    this.live.leave(seatId);
    participant?.connection.end();
    this.#checkIdle();
  }

  /** Ends a seat's connection with a word, and takes the seat out. */
  dismiss(seatId: SeatId, reason: GoodbyeReason): void {
    this.#participants.get(seatId)?.connection.send({ type: 'goodbye', reason });
    this.leave(seatId);
  }

  send(seatId: SeatId, message: ServerMessage): void {
    this.#participants.get(seatId)?.connection.send(message);
  }

  async start(): Promise<void> {
    const { classes, clock } = this.parts.deps;
    this.live.state.checkStart();
    const startedAtMs = clock.wallMs();
    this.#detail = await classes.setClassStatus(this.classId, 'live', new Date(startedAtMs));
    this.live.start(startedAtMs);
    this.#noteOffer();
  }

  async open(): Promise<void> {
    const { classes, clock } = this.parts.deps;
    this.live.state.checkOpen();
    this.#detail = await classes.setClassStatus(this.classId, 'open', new Date(clock.wallMs()));
    this.live.state.open();
  }

  /** Ends the class for all. The answer to whoever ended it goes out before the goodbyes. */
  async end(): Promise<void> {
    const { classes, clock } = this.parts.deps;
    this.live.state.checkLive();
    this.#detail = await classes.setClassStatus(this.classId, 'ended', new Date(clock.wallMs()));
    this.live.end();
    this.#secret = null;
    this.#saveMinutes();
    this.parts.records.clearPresence(this.classId);
    await this.parts.records.settled();
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
    this.#noteOffer();
  }

  /** Reads the class's plan again after it was changed elsewhere. */
  async refresh(): Promise<void> {
    const { detail, locked } = await this.parts.deps.classes.classState(this.classId);
    this.#detail = detail;
    this.live.state.setLocked(locked);
    this.live.switchSignal(detail.signalEnabled);
    this.#noteOffer();
  }

  acknowledged(seatId: SeatId, stored: number[], notCounted: number[]): void {
    this.send(seatId, { type: 'signal-acknowledged', stored, notCounted });
  }

  pacingChanged(pacing: Pacing): void {
    if (this.live.state.status === 'live') {
      this.#outbox.send('staff', { type: 'pacing', pacing: this.#masked(pacing) });
    }
  }

  /** Ends every connection and all media; what was not written yet is written. May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#housekeeping);
    for (const timer of this.#graceTimers.values()) clearTimeout(timer);
    this.#graceTimers.clear();
    this.broadcast.close();
    this.media.close();
    for (const { connection } of this.#participants.values()) connection.end();
    this.#participants.clear();
    this.#saveMinutes();
    if (this.#followed && this.live.state.status === 'ended') {
      await this.parts.deps.signals.unfollow(this.classId).catch((error: unknown) => {
        this.logger.error({ err: error }, 'the signals of a class could not be closed');
      });
    }
    await this.parts.records.settled();
    this.#onIdle();
  }

  #snapshot(participant: Participant, pacing: Pacing | null) {
    const { deps } = this.parts;
    return snapshotFor(participant, this.live, {
      build: deps.build,
      detail: this.#detail,
      institution: deps.institution.current(),
      signalOffered: this.signalOffered(),
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

  #keepPlace(seatId: SeatId, forMs: number): void {
    this.#endGrace(seatId);
    const timer = setTimeout(() => {
      this.#graceTimers.delete(seatId);
      this.leave(seatId);
    }, forMs).unref();
    this.#graceTimers.set(seatId, timer);
  }

  #endGrace(seatId: SeatId): void {
    clearTimeout(this.#graceTimers.get(seatId));
    this.#graceTimers.delete(seatId);
  }

  /** A class that is not live and has nobody in it needs no session. */
  #checkIdle(): void {
    const idle = this.#participants.size === 0 && this.#graceTimers.size === 0;
    if (idle && this.live.state.status !== 'live') void this.close();
  }

  #joinMedia(): void {
    const { media, live } = this;
    media.on('producer-closed', (seatId, producerId) => {
      live.stage.unpublish(seatId, producerId);
    });
    media.on('consumers-opened', (seatId, consumers) => {
      this.send(seatId, { type: 'consumers-opened', consumers });
    });
    media.on('consumers-closed', (seatId, consumerIds) => {
      this.send(seatId, { type: 'consumers-closed', consumerIds });
    });
    media.on('speaking', (seatIds) => {
      this.#outbox.send('everyone', { type: 'speaking', seatIds });
    });
    media.on('hearing-changed', () => {
      this.broadcast.counts();
    });
    media.on('signal', (seatId, bytes) => {
      this.#acceptSignal(seatId, bytes);
    });
    media.on('reset', (seatIds) => {
      this.#resetMedia(seatIds);
    });
    // Whoever leaves the stage by whatever way publishes nothing more.
    live.stage.on('left', (seatId) => {
      media.closeStage(seatId);
    });
  }

  #acceptSignal(seatId: SeatId, bytes: Uint8Array): void {
    if (!this.#secret || !this.signalOffered() || !this.live.contributions.isGranted(seatId)) return;
    this.parts.deps.signals.accept(this.classId, contributorId(this.#secret, seatId), seatId, bytes);
  }

  /** Presenters begin anew at once, the others spread over a while, so that the new worker is not stormed. */
  #resetMedia(seatIds: readonly SeatId[]): void {
    const { resetSpreadMs } = this.parts.limits;
    for (const [index, seatId] of seatIds.entries()) {
      const presenter = this.live.stage.has(seatId) || index === 0;
      const afterMs = presenter ? 0 : Math.round(Math.random() * Math.min(resetSpreadMs, seatIds.length * 10));
      this.send(seatId, { type: 'media-reset', afterMs });
    }
  }

  /** Follows up on whether the signal may be asked for; what is not allowed any more ends at once. */
  #noteOffer(): void {
    const offered = this.signalOffered();
    if (offered && !this.#followed) this.#follow();
    if (offered === this.#wasOffered) return;
    this.#wasOffered = offered;
    if (!offered) for (const { person } of this.live.seats.all()) this.media.closeSignal(person.seatId);
    this.broadcast.state();
    if (this.live.state.status === 'live') void this.#tellPacing();
  }

  #follow(): void {
    const { signals } = this.parts.deps;
    this.#followed = true;
    const options = {
      clock: () => this.live.state.lastClassClockMs(),
      present: () => this.live.seats.students,
      minimumCohort: this.parts.limits.minimumCohort,
    };
    signals.follow(this.classId, options).catch((error: unknown) => {
      this.#followed = false;
      this.logger.error({ err: error }, 'the signals of a class could not be followed; it is tried again');
    });
  }

  async #tellPacing(): Promise<void> {
    const pacing = await this.#pacing();
    if (pacing && !this.#closed) this.#outbox.send('staff', { type: 'pacing', pacing });
  }

  /** Null while the class is not live. */
  async #pacing(): Promise<Pacing | null> {
    if (this.live.state.status !== 'live') return null;
    return this.#masked(await this.parts.deps.signals.pacing(this.classId));
  }

  /** While the signal is switched off the chart stays and there is no current figure. */
  #masked(pacing: Pacing): Pacing {
    return this.signalOffered() ? pacing : { ...pacing, state: 'off', current: null };
  }

  #housekeep(): void {
    this.#saveMinutes();
    this.#noteOffer();
  }

  #saveMinutes(): void {
    this.parts.records.saveMinutes(this.classId, this.live.participation.takeUnsaved());
  }
}
