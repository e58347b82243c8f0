import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { LecternError, MINIMUM_COHORT } from '@lectern/contracts';
import type { ClassId, ClassStatus, DoorFigures, Handshake, LinkCounts, SeatId, Shedding } from '@lectern/contracts';
import { ClassRecords } from '../class-records/class-records.ts';
import { PermissionRecords } from '../class-records/permission-records.ts';
import { RecordWriter } from '../class-records/record-writer.ts';
import type { AddressLimits } from '../http/address-limits.ts';
import type { ErasedSeat } from '../identity/account-records.ts';
import type { ShutSeat } from '../identity/sessions.ts';
import { DEFAULT_STAGE_LIMITS } from '../classroom/stage.ts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { paceBounds } from './admission-pace.ts';
import { Admissions } from './admissions.ts';
import { ClassSession } from './class-session.ts';
import type { SessionParts } from './class-session.ts';
import type { OutboxOf } from './connection.ts';
import type { LiveClassesDeps, LiveClassLimits } from './live-classes-deps.ts';
import { SignalLinks } from './signal-links.ts';
import { MOST_LINES } from './posted-lines.ts';
import { SocketServer } from './socket-server.ts';
import type { Admission } from './socket-server.ts';
import { WireTraffic } from './wire-traffic.ts';
import type { TrafficTotals } from './wire-traffic.ts';

export type { LiveClassesDeps } from './live-classes-deps.ts';

const LIMITS: LiveClassLimits = {
  stage: DEFAULT_STAGE_LIMITS,
  graceMs: 30_000,
  restartGraceMs: 60_000,
  abandonedAfterMs: 2 * 60 * 60_000,
  endAgainAfterMs: 60_000,
  batchMs: 250,
  minimumCohort: MINIMUM_COHORT,
  resetSpreadMs: 4_000,
  ...DEFAULT_LIMITS.door,
  signalling: DEFAULT_LIMITS.signallingLimits,
  audioPtimeMs: null,
};

/** One class for the operator: figures, no content. */
export interface ClassSummary {
  readonly classId: ClassId;
  readonly status: ClassStatus;
  /** A load test. */
  readonly synthetic: boolean;
  readonly present: number;
  /** Of those present. */
  readonly students: number;
  /** At the door. */
  readonly waiting: number;
  readonly hearing: number;
  readonly onStage: number;
  /** How well the pages of those connected say that they receive. */
  readonly links: LinkCounts;
  /** Of those whose pages say which share of packets they lose: how many they are, and the sum of their shares. */
  readonly loss: { readonly reports: number; readonly shares: number };
  /** What is given up now. */
  readonly shedding: Shedding;
}

/** The live classes of this server. */
export interface LiveClasses {
  /** Takes signalling connections of this HTTP server from now on. */
  attach(httpServer: HttpServer | HttpsServer, limits: AddressLimits): void;
  summary(): ClassSummary[];
  /** Whether a page is connected to the class on this seat. */
  isConnected(classId: ClassId, seatId: SeatId): boolean;
  /** How fast people are let in. */
  door(): DoorFigures;
  /** Signalling since the start. */
  traffic(): TrafficTotals;
  /** Reads a class's plan again; to be called after it was changed over HTTP. */
  refresh(classId: ClassId): Promise<void>;
  /** Tells whoever waits that the class will not take place; to be called after it was taken back over HTTP. */
  cancel(classId: ClassId): Promise<void>;
  /** Ends a class, whatever its way so far, and resolves once its session is closed. */
  end(classId: ClassId): Promise<void>;
  /** An account was erased: its seats leave their classes with all that was written from them. */
  accountErased(seats: readonly ErasedSeat[]): Promise<void>;
  /** Whoever sits on these seats was signed out, there or elsewhere, and goes. */
  seatsShut(seats: readonly ShutSeat[]): Promise<void>;
  /** Ends every connection and writes what was not written yet. Pages come back by themselves. May be called twice. */
  close(): Promise<void>;
}

/** The sessions of classes and who may enter; what LiveClasses is to the rest of the server, and the tests' way in. */
export class ClassSessions {
  readonly admissions: Admissions;
  readonly #parts: SessionParts;
  readonly #outboxOf: OutboxOf;
  readonly #sessions = new Map<ClassId, Promise<ClassSession>>();
  readonly #open = new Map<ClassId, ClassSession>();
  #closing: Promise<void> | undefined;

  constructor(deps: LiveClassesDeps, outboxOf: OutboxOf) {
    const writer = new RecordWriter(deps.database, deps.logger);
    const records = new ClassRecords(deps.database, writer);
    const permissions = new PermissionRecords(deps.database, writer);
    const limits = { ...LIMITS, ...deps.limits };
    const bounds = paceBounds(deps.media.workers().length, limits.admissionsAtOnce);
    this.admissions = new Admissions({ clock: deps.clock, bounds, holdMs: limits.admissionHoldMs });
    const signalLinks = new SignalLinks({
      clock: deps.clock,
      hasRoom: (inTheMaking) => this.admissions.isQuietBeside(inTheMaking),
      holdMs: limits.admissionHoldMs,
    });
    this.#parts = { deps, limits, records, permissions, admissions: this.admissions, signalLinks };
    this.#outboxOf = outboxOf;
    deps.signals.on('acknowledged', (classId, seatId, stored, notCounted) => {
      this.#open.get(classId)?.seating.send(seatId, { type: 'signal-acknowledged', stored, notCounted });
    });
    deps.signals.on('pacing', (classId, pacing) => {
      this.#open.get(classId)?.signals.pacingChanged(pacing);
    });
  }

  /** The sessions that are open now. */
  all(): ClassSession[] {
    return [...this.#open.values()];
  }

  /** Goes on with the classes that were live when the server last stopped. */
  async resume(): Promise<void> {
    for (const { classId, status } of await this.#parts.deps.classes.classesUnderWay()) {
      if (status === 'live') await this.session(classId);
    }
  }

  /** Lets a handshake in, or says why not. */
  async admit({ classId, seatId, seatSecret, pageId }: Handshake): Promise<Admission> {
    if (this.#closing) throw new LecternError('unavailable', { retryAfterMs: 1_000 });
    const { clock, seats } = this.#parts.deps;
    const knockedMs = clock.monotonicMs();
    try {
      const seat = await seats.authenticateSeat(classId, seatId, seatSecret);
      if (seat.removed) throw new LecternError('removed');
      const session = await this.session(classId);
      const place = session.expect(seat);
      return { kind: 'seat', seat, session, place, pageId: pageId ?? null, knockedMs };
    } catch (error) {
      const code = error instanceof LecternError ? error.code : null;
      if (code === 'removed' || code === 'class-ended') return { kind: 'goodbye', reason: code };
      throw error;
    }
  }

  /** The class's session, opened when there is none; rejects with `class-ended` or `not-found`. */
  session(classId: ClassId): Promise<ClassSession> {
    const known = this.#sessions.get(classId);
    if (known) return known;
    const opening = this.#openSession(classId);
    this.#sessions.set(classId, opening);
    opening.catch(() => {
      this.#forget(classId, opening);
    });
    return opening;
  }

  isConnected(classId: ClassId, seatId: SeatId): boolean {
    return this.#open.get(classId)?.live.seats.get(seatId)?.connected ?? false;
  }

  /** The class's session where there is one, also one that is being opened; null otherwise. */
  async opened(classId: ClassId): Promise<ClassSession | null> {
    return (await this.#sessions.get(classId)?.catch(() => null)) ?? null;
  }

  /** Takes erased seats out of their classes, and the name of whoever taught out of what is shown. */
  async accountErased(seats: readonly ErasedSeat[]): Promise<void> {
    for (const seat of seats) {
      // A session that is being opened may have read the seat's messages already.
      (await this.opened(seat.classId))?.erase(seat);
    }
    await Promise.allSettled(this.all().map((session) => session.way.refresh()));
  }

  /** Ends the connections of seats whose secrets open nothing any more. */
  async seatsShut(seats: readonly ShutSeat[]): Promise<void> {
    for (const { classId, seatId } of seats) (await this.opened(classId))?.seating.shut(seatId);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #openSession(classId: ClassId): Promise<ClassSession> {
    const { deps, records } = this.#parts;
    const { detail, locked } = await deps.classes.classState(classId);
    if (detail.status === 'ended') throw new LecternError('class-ended');
    const [stored, lines, secret, expectedStudents, cameBefore] = await Promise.all([
      records.load(classId),
      records.postedLines(classId, MOST_LINES),
      deps.classes.classSecret(classId),
      deps.classes.expectedStudents(classId),
      detail.status === 'live' ? deps.seats.studentsWhoCame(classId) : null,
    ]);
    const opened: ClassSession = new ClassSession(
      { detail, locked, stored, lines, secret, expectedStudents, cameBefore },
      this.#parts,
      this.#outboxOf(classId),
      () => {
        if (this.#open.get(classId) !== opened) return;
        this.#open.delete(classId);
        this.#sessions.delete(classId);
      },
    );
    this.#open.set(classId, opened);
    return opened;
  }

  #forget(classId: ClassId, session: Promise<ClassSession>): void {
    if (this.#sessions.get(classId) === session) this.#sessions.delete(classId);
  }

  async #closeAll(): Promise<void> {
    await Promise.allSettled(this.#sessions.values());
    await Promise.all(this.all().map((session) => session.close()));
  }
}

/** Makes the live classes, those that were live when the server last stopped included. */
export async function createLiveClasses(deps: LiveClassesDeps): Promise<LiveClasses> {
  let sockets: SocketServer | null = null;
  const traffic = new WireTraffic();
  const outboxOf: OutboxOf = (classId) => ({
    join: (connection, staff) => sockets?.outboxOf(classId).join(connection, staff),
    leave: (connection) => sockets?.outboxOf(classId).leave(connection),
    send: (view, ...messages) => sockets?.outboxOf(classId).send(view, ...messages),
  });
  const sessions = new ClassSessions(deps, outboxOf);
  await sessions.resume();
  return {
    attach: (httpServer, limits) => {
      const { clock, logger } = deps;
      sockets = new SocketServer(httpServer, {
        admit: (handshake) => sessions.admit(handshake),
        limits,
        signalling: deps.limits?.signalling ?? LIMITS.signalling,
        clock,
        logger,
      });
      sockets.count(traffic);
    },
    summary: () => {
      const waiting = sessions.admissions.waitingByClass();
      return sessions.all().map((session) => summaryOf(session, waiting.get(session.classId) ?? 0));
    },
    isConnected: (classId, seatId) => sessions.isConnected(classId, seatId),
    door: () => ({ letInPerSecond: sessions.admissions.figures().letInPerSecond }),
    traffic: () => traffic.totals(),
    refresh: async (classId) => (await sessions.opened(classId))?.way.refresh(),
    cancel: async (classId) => (await sessions.opened(classId))?.cancel(),
    end: async (classId) => (await sessions.opened(classId))?.endNow(),
    accountErased: (seats) => sessions.accountErased(seats),
    seatsShut: (seats) => sessions.seatsShut(seats),
    close: async () => {
      // Sockets first: pages see a lost connection and try again, instead of being told to go.
      sockets?.close();
      await sessions.close();
    },
  };
}

function summaryOf({ classId, live, media, way }: ClassSession, waiting: number): ClassSummary {
  return {
    classId,
    status: live.state.status,
    synthetic: way.detail.synthetic,
    present: live.seats.connected,
    students: live.seats.students,
    waiting,
    hearing: media.hearing,
    onStage: live.stage.members().length,
    links: linksOf(live),
    loss: lossOf(live),
    shedding: media.shedding.state,
  };
}

function linksOf({ seats }: ClassSession['live']): LinkCounts {
  const counts = { good: 0, fair: 0, poor: 0, unknown: 0 };
  for (const { person, connected } of seats.all()) if (connected) counts[seats.quality(person.seatId)] += 1;
  return counts;
}

function lossOf({ seats }: ClassSession['live']): ClassSummary['loss'] {
  let [reports, shares] = [0, 0];
  for (const { person } of seats.all()) {
    const share = seats.lossShare(person.seatId);
    if (share === null) continue;
    reports += 1;
    shares += share;
  }
  return { reports, shares };
}
