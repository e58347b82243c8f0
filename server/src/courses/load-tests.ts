import { randomUUID } from 'node:crypto';
import { classIdSchema, courseIdSchema, LecternError, loadTestResultSchema, seatIdSchema } from '@lectern/contracts';
import type { AccountId, ClassId, LastLoadTest, LoadTest, LoadTestCreate, LoadTestResult } from '@lectern/contracts';
import type { Logger } from 'pino';
import { recordAudit } from '../identity/audit.ts';
import { hashToken, newToken } from '../identity/token.ts';
import type { Database } from '../store/database.ts';
import { ClassDirectory } from './class-directory.ts';

const NAME = 'Load test';
const COURSE = 'Load tests';
const MINUTE_MS = 60_000;
const SWEEP_EVERY_MS = 5_000;

/** A load test's class, for operators: no content. */
export interface RunningLoadTest {
  readonly classId: ClassId;
  readonly participants: number;
  readonly endsAt: string;
}

/** Who is told that a class goes, before and after. */
export interface LoadTestNews {
  /** The class is about to be removed: whoever is in it goes, and its media close. */
  readonly loadTestEnds: (classId: ClassId) => Promise<void>;
  /** Classes went on the list of those whose figures are to be erased. */
  readonly figuresToErase: () => Promise<void>;
}

interface LoadTestsDeps {
  readonly database: Database;
  readonly now: () => Date;
  readonly logger: Logger;
  readonly news: LoadTestNews;
  /** Throws while no class may begin. */
  readonly requireStarts: () => void;
}

/** The classes of load tests: each in a course of its own that nobody is a member of, and gone with it when its time is over. */
export class LoadTests {
  readonly #deps: LoadTestsDeps;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(deps: LoadTestsDeps) {
    this.#deps = deps;
  }

  /** Makes a class with its doors open and an instructor's seat without an account. Rejects with `draining`. */
  async create({ participants, minutes, title }: LoadTestCreate): Promise<LoadTest> {
    const { database, now, requireStarts } = this.#deps;
    requireStarts();
    const at = now();
    const endsAt = new Date(at.getTime() + minutes * MINUTE_MS);
    const classId = classIdSchema.parse(randomUUID());
    const courseId = courseIdSchema.parse(randomUUID());
    const plan = {
      title: title === undefined ? NAME : `${NAME}: ${title}`,
      ...{ startsAt: null, durationMinutes: null, expectedPeople: participants },
      ...{ guestsAllowed: true, signalEnabled: true },
    };
    const seatId = seatIdSchema.parse(randomUUID());
    const seatSecret = newToken();
    const { joinCode } = await database.transaction(async (transaction) => {
      const classes = new ClassDirectory(transaction);
      await transaction.query('insert into course (course_id, title, created_at) values ($1, $2, $3)', [
        ...[courseId, COURSE, at],
      ]);
      await classes.planClass(courseId, classId, plan, at, endsAt);
      await transaction.query(
        `insert into seat (seat_id, class_id, secret_hash, name, role, created_at) values ($1, $2, $3, $4, 'instructor', $5)`,
        [seatId, classId, hashToken(seatSecret), NAME, at],
      );
      const subject = { kind: 'class', id: classId } as const;
      const detail = { participants: String(participants) };
      await recordAudit(transaction, null, { action: 'load-test.start', subject }, at, detail);
      return classes.setClassStatus(classId, 'open', at);
    });
    const instructor = { classId, seatId, seatSecret, name: NAME, role: 'instructor' } as const;
    return { classId, joinCode, instructor, endsAt: endsAt.toISOString() };
  }

  /**
   * Ends the class and removes it with all that was done in it; by an operator, or by whoever has the token.
   * Rejects with `not-found` for any class that is no load test's.
   */
  async remove(classId: ClassId, by: AccountId | null = null): Promise<void> {
    const { database, news } = this.#deps;
    const [found] = await database.query('select 1 from class where class_id = $1 and load_test_ends_at is not null', [
      classId,
    ]);
    if (!found) throw new LecternError('not-found');
    await news.loadTestEnds(classId);
    await database.transaction(async (transaction) => {
      await transaction.query(
        'insert into signal_erasure (class_id, asked_at) values ($1, $2) on conflict (class_id) do nothing',
        [classId, this.#deps.now()],
      );
      await transaction.query(
        'delete from course using class where class.course_id = course.course_id and class.class_id = $1',
        [classId],
      );
      const subject = { kind: 'class', id: classId } as const;
      await recordAudit(transaction, by, { action: 'load-test.end', subject }, this.#deps.now());
    });
    await news.figuresToErase();
  }

  /** Load tests whose time is not over, the one that ends first in front. */
  async running(): Promise<RunningLoadTest[]> {
    const rows = await this.#deps.database.query<{ class_id: ClassId; participants: number; ends_at: Date }>(
      `select class_id, expected_people as participants, load_test_ends_at as ends_at from class
       where load_test_ends_at > $1 order by load_test_ends_at, class_id`,
      [this.#deps.now()],
    );
    return rows.map(({ class_id: classId, participants, ends_at: endsAt }) => ({
      classId,
      participants,
      endsAt: endsAt.toISOString(),
    }));
  }

  /** Removes load tests whose time is over, now and every few seconds until closed; what fails is logged and tried again. */
  keepTime(): { close(): Promise<void> } {
    const sweep = () => {
      this.#sweeping = this.#sweeping.then(() => this.#sweep());
    };
    sweep();
    const timer = setInterval(sweep, SWEEP_EVERY_MS).unref();
    return {
      close: () => {
        clearInterval(timer);
        return this.#sweeping;
      },
    };
  }

  /** Resolves once what was over when it was called is removed, or has failed. */
  settled(): Promise<void> {
    return this.#sweeping;
  }

  /** Keeps what the newest load test found, in place of the one before. */
  async keepResult(result: LoadTestResult): Promise<void> {
    await this.#deps.database.query(
      `insert into load_test_result (received_at, result) values ($1, $2)
       on conflict (only_row) do update set received_at = excluded.received_at, result = excluded.result`,
      [this.#deps.now(), JSON.stringify(result)],
    );
  }

  /** What the newest load test found. */
  async lastResult(): Promise<LastLoadTest> {
    const [row] = await this.#deps.database.query<{ received_at: Date; result: unknown }>(
      'select received_at, result from load_test_result',
    );
    if (row === undefined) return { state: 'none' };
    const result = loadTestResultSchema.safeParse(row.result).data;
    return result === undefined
      ? { state: 'unreadable', receivedAt: row.received_at.toISOString() }
      : { state: 'read', result };
  }

  async #sweep(): Promise<void> {
    const { database, now, logger } = this.#deps;
    try {
      const over = await database.query<{ class_id: ClassId }>(
        'select class_id from class where load_test_ends_at <= $1',
        [now()],
      );
      for (const { class_id: classId } of over) await this.#removeOver(classId);
    } catch (error) {
      logger.error({ err: error }, 'load tests that are over could not be looked for; it is tried again');
    }
  }

  /** One that cannot be removed keeps no other. */
  async #removeOver(classId: ClassId): Promise<void> {
    const { logger } = this.#deps;
    try {
      await this.remove(classId);
      logger.info({ classId }, 'a load test was over and its class is removed');
    } catch (error) {
      logger.error({ err: error, classId }, 'the class of a load test could not be removed; it is tried again');
    }
  }
}
