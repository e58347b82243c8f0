import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import {
  accountIdSchema,
  classIdSchema,
  classPlanSchema,
  courseIdSchema,
  LecternError,
  MINIMUM_COHORT,
} from '@lectern/contracts';
import type {
  AccountId,
  ClassDetail,
  ClassId,
  CourseId,
  InstitutionChange,
  Pacing,
  Seat,
  SeatId,
} from '@lectern/contracts';
import { pino } from 'pino';
import { RecordWriter } from '../class-records/record-writer.ts';
import { systemClock } from '../classroom/clock.ts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import type { FloodLimits } from '../config/limits.ts';
import { ClassDirectory } from '../courses/class-directory.ts';
import { Seats } from '../courses/seats.ts';
import { AddressLimits } from '../http/address-limits.ts';
import type { PerAddress } from '../http/address-limits.ts';
import { InstitutionRules } from '../identity/institution-rules.ts';
import { startMedia } from '../media/start-media.ts';
import type { Media } from '../media/start-media.ts';
import { emptyPacing } from '../signals/empty-pacing.ts';
import type { ScriptableDatabase } from '../store/store.ts';
import { openMigratedStore } from '../store/test-stores.ts';
import type { LiveClassesDeps, LiveClassLimits, Signals } from './live-classes-deps.ts';
import { createLiveClasses } from './live-classes.ts';
import type { LiveClasses } from './live-classes.ts';
import { TestPage } from './test-page.ts';

export const EMPTY_PACING = emptyPacing('few', MINIMUM_COHORT);

interface SignalEvents {
  acknowledged: [ClassId, SeatId, number[], number[]];
  pacing: [ClassId, Pacing];
  accepted: [];
}

/** Stands in for the signal relay: keeps what it was handed. */
export class FakeSignals extends EventEmitter<SignalEvents> implements Signals {
  readonly followed = new Map<ClassId, Parameters<Signals['follow']>[1]>();
  readonly accepted: { classId: ClassId; contributorId: string; seatId: SeatId; bytes: Uint8Array }[] = [];
  /** What was to be dropped: a seat's scores, or with null the whole class's. */
  readonly forgotten: [ClassId, SeatId | null][] = [];
  keep = true;

  follow(classId: ClassId, options: Parameters<Signals['follow']>[1]): Promise<void> {
    this.followed.set(classId, options);
    return Promise.resolve();
  }

  accept(classId: ClassId, contributorId: string, seatId: SeatId, bytes: Uint8Array): void {
    if (this.keep) this.accepted.push({ classId, contributorId, seatId, bytes: Uint8Array.from(bytes) });
    this.emit('accepted');
  }

  forget(classId: ClassId, seatId: SeatId | null): void {
    this.forgotten.push([classId, seatId]);
  }

  unfollow(classId: ClassId): Promise<void> {
    this.followed.delete(classId);
    return Promise.resolve();
  }

  pacing(): Promise<Pacing> {
    return Promise.resolve(EMPTY_PACING);
  }
}

interface PlanOptions {
  signalEnabled?: boolean;
  expectedPeople?: number | undefined;
  course?: CourseId;
}

interface TestClassroomOptions {
  workers?: number;
  limits?: Partial<LiveClassLimits>;
  /** How often the workers are asked whether they live; the server's own second is long for a test. */
  watchTickMs?: number;
  packetBudget?: number;
  perAddress?: Partial<PerAddress>;
  floodLimits?: Partial<FloodLimits>;
  /** A real relay instead of the stand-in. */
  relay?: Signals;
}

/** A server's live side on real parts: store, directories, mediasoup workers, sockets. Only the signal relay is a stand-in, unless one is given. */
export class TestClassroom {
  readonly database: ScriptableDatabase;
  readonly classes: ClassDirectory;
  readonly seats: Seats;
  readonly institution: InstitutionRules;
  readonly media: Media;
  readonly signals = new FakeSignals();
  readonly logLines: string[] = [];
  /** No class may begin. */
  draining = false;
  readonly addressLimits: AddressLimits;
  readonly #limits: Partial<LiveClassLimits>;
  readonly #relay: Signals;
  readonly #accounts = new Map<string, AccountId>();
  readonly #pages: TestPage[] = [];
  live!: LiveClasses;
  #http: Server | null = null;

  private constructor(
    database: ScriptableDatabase,
    institution: InstitutionRules,
    media: Media,
    { limits = {}, perAddress = {}, relay }: TestClassroomOptions,
  ) {
    this.addressLimits = new AddressLimits({ ...DEFAULT_LIMITS.perAddress, ...perAddress, trustedProxies: 0 });
    this.database = database;
    this.classes = new ClassDirectory(database);
    this.seats = new Seats(database, this.classes, new RecordWriter(database, pino({ level: 'silent' })));
    this.institution = institution;
    this.media = media;
    this.#limits = limits;
    this.#relay = relay ?? this.signals;
  }

  static async open(options: TestClassroomOptions = {}): Promise<TestClassroom> {
    const database = await openMigratedStore();
    const institution = await InstitutionRules.read(database, null);
    const rules: InstitutionChange = {
      responsibleBody: 'Campus',
      contact: 'privacy@campus.test',
      jurisdiction: 'eu',
      signalMode: 'cohort',
    };
    institution.adopt(await institution.write(rules, new Date(), database));
    const media = await startMedia(
      {
        host: '127.0.0.1',
        announcedAddress: null,
        firstPort: 0,
        workers: options.workers ?? 1,
        workerBinary: process.env['MEDIASOUP_WORKER_BIN'] ?? null,
        packetBudget: options.packetBudget ?? null,
        turn: null,
        floodLimits: { ...DEFAULT_LIMITS.floodLimits, ...options.floodLimits },
      },
      pino({ level: 'silent' }),
      options.watchTickMs,
    );
    const classroom = new TestClassroom(database, institution, media, options);
    await classroom.startServing();
    return classroom;
  }

  get url(): string {
    const { port } = this.#http?.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** What live classes are made of here. */
  deps(): LiveClassesDeps {
    const logger = pino({ level: 'warn' }, { write: (line: string) => this.logLines.push(line) });
    return {
      database: this.database,
      classes: this.classes,
      seats: this.seats,
      institution: this.institution,
      media: this.media,
      signals: this.#relay,
      requireStarts: () => {
        if (this.draining) throw new LecternError('draining');
      },
      logger,
      clock: systemClock,
      build: 'test',
      limits: this.#limits,
    };
  }

  /** Makes the live classes anew, as after a restart of the server. */
  async startServing(): Promise<void> {
    this.live = await createLiveClasses(this.deps());
    const http = createServer();
    this.live.attach(http, this.addressLimits);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    this.#http = http;
  }

  async stopServing(): Promise<void> {
    await this.live.close();
    const http = this.#http;
    this.#http = null;
    http?.closeAllConnections();
    if (http) await new Promise((resolve) => http.close(resolve));
  }

  async close(): Promise<void> {
    for (const page of this.#pages) page.close();
    if (this.#http) await this.stopServing();
    await this.media.close();
    await this.database.close();
  }

  /** A class of a course of its own, or of the one given. */
  async plan({ signalEnabled = true, expectedPeople, course }: PlanOptions = {}): Promise<ClassDetail> {
    const courseId = course ?? courseIdSchema.parse(randomUUID());
    if (course === undefined) {
      await this.database.query('insert into course (course_id, title, created_at) values ($1, $2, now())', [
        courseId,
        'Algebra',
      ]);
    }
    const plan = classPlanSchema.parse({ title: 'Rings', expectedPeople, signalEnabled });
    return this.classes.planClass(courseId, classIdSchema.parse(randomUUID()), plan, new Date());
  }

  /** A seat for an account with a role in the course; the account of a name is made once. */
  async staffSeat(detail: ClassDetail, role: 'instructor' | 'assistant', name: string): Promise<Seat> {
    const accountId = await this.#account(name);
    await this.database.query(
      'insert into course_member (course_id, account_id, role, added_at) values ($1, $2, $3, now()) on conflict do nothing',
      [detail.courseId, accountId, role],
    );
    return this.#take(detail, { accountId, name });
  }

  /** A student's seat for an account. */
  async accountSeat(detail: ClassDetail, name: string): Promise<Seat> {
    return this.#take(detail, { accountId: await this.#account(name), name });
  }

  /** A guest's seat. */
  guestSeat(detail: ClassDetail, name: string): Promise<Seat> {
    return this.seats.takeSeat(detail.joinCode, { account: null, name, keep: undefined, at: new Date() });
  }

  /** Connects a page and waits for its snapshot. */
  async connect(seat: Seat, auth: object = {}): Promise<TestPage> {
    const page = this.knock(seat, auth);
    await page.saw('snapshot');
    return page;
  }

  /** Connects a page without expecting anything. */
  knock(seat: Seat, auth: object = {}): TestPage {
    const page = new TestPage(this.url, seat, auth);
    this.#pages.push(page);
    return page;
  }

  /** A live class with an instructor and some students, all connected. */
  async liveClass(studentNames: readonly string[] = ['Sam']): Promise<{
    detail: ClassDetail;
    instructor: TestPage;
    students: TestPage[];
  }> {
    const detail = await this.plan();
    const instructor = await this.connect(await this.staffSeat(detail, 'instructor', `Ada ${detail.classId}`));
    await instructor.ask('start-class', {});
    const students: TestPage[] = [];
    for (const name of studentNames) students.push(await this.connect(await this.guestSeat(detail, name)));
    return { detail, instructor, students };
  }

  async #account(name: string): Promise<AccountId> {
    const known = this.#accounts.get(name);
    if (known) return known;
    const accountId = accountIdSchema.parse(randomUUID());
    await this.database.query(
      `insert into account (account_id, email, name, password_hash, created_at) values ($1, $2, $3, '', now())`,
      [accountId, `${accountId}@campus.test`, name],
    );
    this.#accounts.set(name, accountId);
    return accountId;
  }

  #take(detail: ClassDetail, account: { accountId: AccountId; name: string }): Promise<Seat> {
    return this.seats.takeSeat(detail.joinCode, { account, name: undefined, keep: undefined, at: new Date() });
  }
}
