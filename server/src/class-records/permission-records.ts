import { LecternError } from '@lectern/contracts';
import type { AccountId, ClassId, CourseId, SeatId } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { Database } from '../store/database.ts';

/** One answer to the question for a permission: which words were read, in which language, and what was said. */
export interface PermissionAnswer {
  readonly courseId: CourseId;
  readonly classId: ClassId;
  readonly seatId: SeatId;
  /** Null: a guest. */
  readonly accountId: AccountId | null;
  readonly permission: 'contribute';
  readonly granted: boolean;
  readonly wording: string;
  readonly language: string;
}

/** The record of what was permitted. Append-only: every answer stays until its retention ends, the newest counts. */
export class PermissionRecords {
  readonly #database: Database;
  readonly #logger: Logger;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** Resolves once the answer is on disk; rejects with `unavailable` when it cannot be written. */
  async record(answer: PermissionAnswer, at: Date): Promise<void> {
    try {
      await this.#insert(answer, at);
    } catch (error) {
      this.#logger.error({ err: error }, 'the answer to a permission could not be written');
      throw new LecternError('unavailable', { cause: error });
    }
  }

  /**
   * What counts for this seat: its own newest answer; else, for an account, a No given anywhere in the course. A Yes is
   * given for one class only, so a new class asks again. Null: ask.
   */
  async contributes(courseId: CourseId, seatId: SeatId, accountId: AccountId | null): Promise<boolean | null> {
    const [own] = await this.#newest('seat_id = $1 and course_id = $2', [seatId, courseId]);
    if (own) return own.granted;
    if (accountId === null) return null;
    const [elsewhere] = await this.#newest('account_id = $1 and course_id = $2', [accountId, courseId]);
    return elsewhere?.granted === false ? false : null;
  }

  #newest(
    condition: 'seat_id = $1 and course_id = $2' | 'account_id = $1 and course_id = $2',
    values: readonly string[],
  ): Promise<{ granted: boolean }[]> {
    return this.#database.query<{ granted: boolean }>(
      `select granted from permission_record where ${condition} and permission = 'contribute'
       order by record_id desc limit 1`,
      values,
    );
  }

  async #insert(answer: PermissionAnswer, at: Date): Promise<void> {
    await this.#database.query(
      `insert into permission_record
         (course_id, class_id, seat_id, account_id, permission, granted, wording, language, recorded_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        answer.courseId,
        answer.classId,
        answer.seatId,
        answer.accountId,
        answer.permission,
        answer.granted,
        answer.wording,
        answer.language,
        at,
      ],
    );
  }
}
