import type { AccountId, ClassId, CourseId, Permission, SeatId } from '@lectern/contracts';
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
  readonly permission: Permission;
  readonly granted: boolean;
  readonly wording: string;
  readonly language: string;
}

/** What counts for a seat now, by permission; null: no answer. */
export type NewestAnswers = Readonly<Record<Permission, boolean | null>>;

/** One list for each column; answers of one seat that are written together stand in the order in which they were given. */
const NEW_ANSWERS = `
  insert into permission_record
    (course_id, class_id, seat_id, account_id, permission, granted, wording, language, recorded_at)
  select course_id, class_id, seat_id, account_id, permission, granted, wording, language, recorded_at::timestamptz
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::boolean[], $7::text[], $8::text[], $9::text[])
    with ordinality as answer
      (course_id, class_id, seat_id, account_id, permission, granted, wording, language, recorded_at, place)
  order by place`;

const NEWEST_OF_SEATS = `
  select seat_id,
    (array_agg(granted order by record_id desc) filter (where permission = 'contribute'))[1] as contribute,
    (array_agg(granted order by record_id desc) filter (where permission = 'remind'))[1] as remind
  from permission_record where seat_id = any($1::uuid[]) group by seat_id`;

/** Whether accounts contribute: what they answered last in a course, in whichever class. */
const NEWEST_IN_COURSES = `
  select distinct on (course_id, account_id) course_id, account_id, granted from permission_record
  join unnest($1::uuid[], $2::uuid[]) as asked (course_id, account_id) using (course_id, account_id)
  where permission = 'contribute' order by course_id, account_id, record_id desc`;

interface NewestOfSeat extends NewestAnswers {
  readonly seat_id: SeatId;
}

interface NewestInCourse {
  readonly course_id: CourseId;
  readonly account_id: AccountId;
  readonly granted: boolean;
}

/** The record of what was permitted. Append-only: every answer stays until its retention ends, the newest counts. */
export class PermissionRecords {
  readonly #writer: RecordWriter;
  /** The newest answers of each seat. */
  readonly #own: BatchedReads<NewestOfSeat>;
  readonly #inCourses: BatchedReads<NewestInCourse>;

  constructor(database: Database, writer: RecordWriter) {
    this.#writer = writer;
    this.#own = new BatchedReads(
      (seatIds) => database.query<NewestOfSeat>(NEWEST_OF_SEATS, [seatIds]),
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
   * What counts for this seat: its own newest answers; whether it contributes, for an account, also by a No given anywhere in
   * the course. A Yes is given for one class only, so a new class asks again; nobody is asked for reminders.
   */
  async newest(courseId: CourseId, seatId: SeatId, accountId: AccountId | null): Promise<NewestAnswers> {
    const { contribute, remind } = (await this.#own.find(seatId)) ?? { contribute: null, remind: null };
    if (contribute !== null || accountId === null) return { contribute, remind };
    const elsewhere = await this.#inCourses.find(pairOf(courseId, accountId));
    return { contribute: elsewhere?.granted === false ? false : null, remind };
  }
}
