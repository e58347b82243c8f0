import type { AccountId, ClassId, CourseId, SeatId } from '@lectern/contracts';
import { BatchedReads, pairOf, unpaired } from '../store/batched-reads.ts';
import type { Database } from '../store/database.ts';
import type { RecordWriter } from './record-writer.ts';

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

/** One list for each column; answers of one seat that are written together stand in the order in which they were given. */
const NEW_ANSWERS = `
  insert into permission_record
    (course_id, class_id, seat_id, account_id, permission, granted, wording, language, recorded_at)
  select course_id, class_id, seat_id, account_id, permission, granted, wording, language, recorded_at::timestamptz
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::boolean[], $7::text[], $8::text[], $9::text[])
    with ordinality as answer
      (course_id, class_id, seat_id, account_id, permission, granted, wording, language, recorded_at, place)
  order by place`;

/** What accounts answered last in a course, in whichever class. */
const NEWEST_IN_COURSES = `
  select distinct on (course_id, account_id) course_id, account_id, granted from permission_record
  join unnest($1::uuid[], $2::uuid[]) as asked (course_id, account_id) using (course_id, account_id)
  where permission = 'contribute' order by course_id, account_id, record_id desc`;

interface NewestInCourse {
  readonly course_id: CourseId;
  readonly account_id: AccountId;
  readonly granted: boolean;
}

/** The record of what was permitted. Append-only: every answer stays until its retention ends, the newest counts. */
export class PermissionRecords {
  readonly #writer: RecordWriter;
  /** The newest answer of each seat. */
  readonly #own: BatchedReads<{ readonly seat_id: SeatId; readonly granted: boolean }>;
  readonly #inCourses: BatchedReads<NewestInCourse>;

  constructor(database: Database, writer: RecordWriter) {
    this.#writer = writer;
    this.#own = new BatchedReads(
      (seatIds) =>
        database.query<{ seat_id: SeatId; granted: boolean }>(
          `select distinct on (seat_id) seat_id, granted from permission_record
           where seat_id = any($1::uuid[]) and permission = 'contribute' order by seat_id, record_id desc`,
          [seatIds],
        ),
      (row) => row.seat_id,
    );
    this.#inCourses = new BatchedReads(
      (keys) => database.query<NewestInCourse>(NEWEST_IN_COURSES, unpaired(keys)),
      (row) => pairOf(row.course_id, row.account_id),
    );
  }

  /** Resolves once the answer is on disk; rejects with `unavailable` when it cannot be written. */
  async record(answer: PermissionAnswer, at: Date): Promise<void> {
    const { courseId, classId, seatId, accountId, permission, granted, wording, language } = answer;
    const row = [courseId, classId, seatId, accountId, permission, granted, wording, language, at.toISOString()];
    await this.#writer.writeRow(NEW_ANSWERS, row);
  }

  /**
   * What counts for this seat: its own newest answer; else, for an account, a No given anywhere in the course. A Yes is
   * given for one class only, so a new class asks again. Null: ask.
   */
  async contributes(courseId: CourseId, seatId: SeatId, accountId: AccountId | null): Promise<boolean | null> {
    const own = await this.#own.find(seatId);
    if (own) return own.granted;
    if (accountId === null) return null;
    const elsewhere = await this.#inCourses.find(pairOf(courseId, accountId));
    return elsewhere?.granted === false ? false : null;
  }
}
