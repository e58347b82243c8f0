import { NO_PICTURE, pictureAfter, serverMessageSchema } from '@lectern/contracts';
import type {
  ClassDetail,
  ClassPicture,
  Institution,
  Pacing,
  Person,
  SeatId,
  ServerMessage,
  Shedding,
  Snapshot,
} from '@lectern/contracts';
import { pino } from 'pino';
import { vi } from 'vitest';
import { AudioPtime } from '../classroom/audio-ptime.ts';
import { LiveClass } from '../classroom/live-class.ts';
import type { StoredClass } from '../classroom/live-class.ts';
import { DEFAULT_STAGE_LIMITS } from '../classroom/stage.ts';
import { EMPTY_CLASS, FakeClock } from '../classroom/test-people.ts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { ClassBroadcast } from './class-broadcast.ts';
import { cardFor, snapshotFor } from './class-views.ts';
import type { Connection, Outbox, Seated, View } from './connection.ts';
import { LOOK_MS, SlowReaders } from './slow-readers.ts';

const DETAIL: ClassDetail = {
  classId: '00000000-0000-4000-8000-000000000001' as ClassDetail['classId'],
  courseId: '00000000-0000-4000-8000-000000000002' as ClassDetail['courseId'],
  ...{ courseTitle: 'Algebra', title: 'Rings', instructors: ['Ada'], startsAt: null, guestsAllowed: true },
  ...{ status: 'live', joinCode: 'abcd-abcd-abcd', durationMinutes: null, expectedPeople: null, signalEnabled: true },
  ...{ startedAt: null, endedAt: null, synthetic: false },
};
const INSTITUTION: Institution = {
  ...{ setUp: true, responsibleBody: 'Campus', contact: 'privacy@campus.test', jurisdiction: 'eu' },
  ...{ signalMode: 'cohort', signalFixed: false, permitted: { device: true, cohort: true } },
};
const BATCH_MS = 250;

/** A page of the crowd: takes what a real one takes, by the contract's rules, and counts the bytes of it. */
export class CrowdPage implements Connection, Seated {
  readonly connectionId = crypto.randomUUID();
  readonly connection = this;
  readonly accountId = null;
  readonly pageId = null;
  readonly person: Person;
  closed = false;
  unsentBytes = 0;
  /** Payload of WebSocket frames, as socket.io makes them. */
  bytes = 0;
  /** What it knows; null for a page of which only the bytes matter. */
  picture: ClassPicture | null;

  constructor(person: Person, draws: boolean) {
    this.person = person;
    this.picture = draws ? NO_PICTURE : null;
  }

  send(message: ServerMessage): void {
    this.take([message], frameBytes(message));
  }

  take(messages: readonly ServerMessage[], bytes: number): void {
    this.bytes += bytes;
    if (this.picture) this.picture = messages.map(overTheWire).reduce(pictureAfter, this.picture);
  }

  end(): void {
    this.closed = true;
  }

  breakOff(): void {
    this.closed = true;
  }
}

/** A live class of real rules, broadcast and slow readers, with pages in memory in place of sockets, on a fake clock. */
export class TestCrowd {
  readonly clock = new FakeClock();
  readonly live: LiveClass;
  readonly broadcast: ClassBroadcast;
  readonly audioPtime: AudioPtime;
  readonly pages = new Map<SeatId, CrowdPage>();
  hearing = 0;
  speaking: readonly SeatId[] = [];
  /** What was broadcast, each once however many heard it. */
  readonly broadcasts: (readonly ServerMessage[])[] = [];
  readonly #draws: boolean;
  // What a session finds in the records, at the institution, at the workers and at the relay.
  #detail = DETAIL;
  #institution = INSTITUTION;
  #shedding: Shedding = { step: 'none', reason: null };
  #pacing: Pacing | null = null;
  readonly #connected = new Map<string, CrowdPage>();
  readonly #heard: Record<View, Set<CrowdPage>> = { everyone: new Set(), staff: new Set() };
  readonly #slow: SlowReaders;
  readonly #outbox: Outbox = {
    join: (connection, staff) => {
      const page = this.#connected.get(connection.connectionId);
      if (!page) return;
      this.#heard.everyone.add(page);
      if (staff) this.#heard.staff.add(page);
    },
    leave: (connection) => {
      const page = this.#connected.get(connection.connectionId);
      if (page) for (const pages of Object.values(this.#heard)) pages.delete(page);
    },
    send: (view, ...messages) => {
      this.broadcasts.push(messages);
      const bytes = frameBytes(...messages);
      for (const page of this.#heard[view]) page.take(messages, bytes);
    },
  };

  /** `draws`: the pages keep a picture of the class. Timers must be faked, `performance` among them. */
  constructor({ draws, stored }: { draws: boolean; stored?: Partial<StoredClass> }) {
    this.#draws = draws;
    const state = { status: 'live' as const, startedAtMs: this.clock.wallMs(), locked: false, signalEnabled: true };
    this.live = new LiveClass({ ...EMPTY_CLASS, state, ...stored }, DEFAULT_STAGE_LIMITS, this.clock);
    const around = {
      hearing: () => this.hearing,
      speaking: () => this.speaking,
      connectionOf: (seatId: SeatId) => this.pages.get(seatId),
      offers: () => ({ signalOffered: this.#offered, remindersOffered: this.#offered }),
    };
    this.broadcast = new ClassBroadcast(this.live, this.#outbox, around, BATCH_MS);
    this.audioPtime = new AudioPtime(this.live.seats, 0, null);
    this.audioPtime.on('changed', (audioPtimeMs) => {
      this.broadcast.news({ type: 'audio-ptime-changed', audioPtimeMs });
    });
    this.#slow = new SlowReaders({
      limits: DEFAULT_LIMITS.signallingLimits.unread,
      ...{ outbox: this.#outbox, clock: this.clock, logger: pino({ level: 'silent' }) },
      seated: () => this.pages.values(),
      bring: (seated) => {
        const page = this.#connected.get(seated.connection.connectionId);
        if (page) this.#show(page);
        return Promise.resolve();
      },
    });
  }

  get #offered(): boolean {
    const { status, signalEnabled } = this.live.state;
    return status === 'live' && signalEnabled && this.#institution.permitted.cohort;
  }

  /** Somebody comes, or comes back, with a new page. */
  arrive(person: Person): CrowdPage {
    this.#close(person.seatId);
    const page = new CrowdPage(person, this.#draws);
    this.pages.set(person.seatId, page);
    this.#connected.set(page.connectionId, page);
    this.live.arrive(person);
    this.#show(page);
    return page;
  }

  /** The connection is lost, the place kept. */
  lose(seatId: SeatId): void {
    if (!this.#close(seatId)) return;
    this.live.lose(seatId);
  }

  leave(seatId: SeatId): void {
    this.#close(seatId);
    this.live.leave(seatId);
  }

  /** The plan of the class is changed in the course. */
  replan(changes: Partial<ClassDetail>): void {
    this.#detail = { ...this.#detail, ...changes };
    this.broadcast.news({ type: 'card-changed', card: cardFor(this.#detail, this.live) });
  }

  /** The institution sets other rules. */
  rule(changes: Partial<Institution>): void {
    this.#institution = { ...this.#institution, ...changes };
    this.broadcast.news({ type: 'institution-changed', institution: this.#institution });
    this.broadcast.state();
  }

  /** The workers make the class do without something, or with it again. */
  shed(shedding: Shedding): void {
    this.#shedding = shedding;
    this.broadcast.news({ type: 'shedding-changed', shedding });
  }

  /** The relay closed a window. */
  closeWindow(pacing: Pacing): void {
    this.#pacing = pacing;
    this.broadcast.news({ type: 'pacing', pacing });
  }

  snapshot(person: Person): Snapshot {
    return snapshotFor(person, this.live, {
      build: 'test',
      detail: this.#detail,
      institution: this.#institution,
      offers: { signalOffered: this.#offered, remindersOffered: this.#offered },
      rtpCapabilities: {},
      hearing: this.hearing,
      speaking: this.speaking,
      audioPtimeMs: this.audioPtime.ms,
      shedding: this.#shedding,
      pacing: person.role === 'student' ? null : this.#pacing,
    });
  }

  /** Lets time pass, for the timers too. */
  pass(ms: number): void {
    this.clock.pass(ms);
    vi.advanceTimersByTime(ms);
  }

  /** The look at the connections that a session takes every second. */
  async look(): Promise<void> {
    this.pass(LOOK_MS);
    this.#slow.look();
    await Promise.resolve();
    await Promise.resolve();
  }

  close(): void {
    this.broadcast.close();
    this.#slow.close();
  }

  #show(page: CrowdPage): void {
    page.send({ type: 'snapshot', snapshot: this.snapshot(page.person) });
    this.broadcast.snapshotTaken(page.person);
    this.#outbox.join(page, page.person.role !== 'student');
  }

  #close(seatId: SeatId): boolean {
    const page = this.pages.get(seatId);
    if (!page) return false;
    page.closed = true;
    this.#outbox.leave(page);
    this.#connected.delete(page.connectionId);
    return this.pages.delete(seatId);
  }
}

/** The payload of the WebSocket frame in which socket.io sends messages together. */
export function frameBytes(...messages: readonly ServerMessage[]): number {
  return Buffer.byteLength(`42${JSON.stringify(['message', ...messages])}`);
}

function overTheWire(message: ServerMessage): ServerMessage {
  return serverMessageSchema.parse(JSON.parse(JSON.stringify(message)));
}
