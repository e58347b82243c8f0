import { randomBytes } from 'node:crypto';
import { LecternError } from '@lectern/contracts';
import type {
  ClassCard,
  ClassDetail,
  ClassId,
  CancelClass,
  ClassPlanChange,
  ClassStatus,
  CourseId,
  FilledClassPlan,
} from '@lectern/contracts';
import { BatchedReads } from '../store/batched-reads.ts';
import type { Database } from '../store/database.ts';

interface ClassRow {
  readonly class_id: ClassId;
  readonly course_id: CourseId;
  readonly course_title: string;
  readonly title: string;
  readonly join_code: string;
  readonly instructors: readonly string[];
  readonly starts_at: Date | null;
  readonly duration_minutes: number | null;
  readonly expected_people: number | null;
  readonly guests_allowed: boolean;
  readonly signal_enabled: boolean;
  readonly status: ClassStatus;
  readonly locked: boolean;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly load_test_ends_at: Date | null;
}

/** A class with what only the server needs of it. */
export interface ClassState {
  readonly detail: ClassDetail;
  readonly locked: boolean;
}

const SELECT_CLASS = `
  select class.*, course.title as course_title, array(
    select account.name from course_member join account using (account_id)
    where course_member.course_id = class.course_id and course_member.role = 'instructor'
    order by course_member.added_at, account.name
  ) as instructors
  from class join course using (course_id)`;

/** The way of a class: which statuses may come before which. */
const BEFORE: Readonly<Record<ClassStatus, readonly ClassStatus[]>> = {
  planned: [],
  open: ['planned'],
  live: ['planned', 'open'],
  ended: ['live'],
};

const CLASS_SECRET_BYTES = 32;
/** 32 characters that are hard to mistake for one another: 5 bits each, 60 in a code. */
const CODE_CHARACTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A fresh join code of 60 random bits, as it stands in /c/CODE. */
function newJoinCode(): string {
  const characters = Array.from(randomBytes(12), (byte) => CODE_CHARACTERS[byte % CODE_CHARACTERS.length] ?? '');
  return [0, 4, 8].map((from) => characters.slice(from, from + 4).join('')).join('-');
}

/** The classes as they are planned, found by their link, and moved along their way. */
export class ClassDirectory {
  readonly #database: Database;
  readonly #behindLinks: BatchedReads<ClassRow>;
  readonly #byId: BatchedReads<ClassRow>;

  constructor(database: Database) {
    this.#database = database;
    this.#behindLinks = new BatchedReads(
      (codes) => database.query<ClassRow>(`${SELECT_CLASS} where join_code = any($1::text[])`, [codes]),
      (row) => row.join_code,
    );
    this.#byId = new BatchedReads(
      (classIds) => database.query<ClassRow>(`${SELECT_CLASS} where class_id = any($1::uuid[])`, [classIds]),
      (row) => row.class_id,
    );
  }

  /** The class with this id; rejects with `not-found`. */
  async classById(classId: ClassId): Promise<ClassDetail> {
    return (await this.classState(classId)).detail;
  }

  /** The class with this id and whether it is locked; rejects with `not-found`. */
  async classState(classId: ClassId): Promise<ClassState> {
    const row = await this.#byId.find(classId);
    if (!row) throw new LecternError('not-found');
    return toState(row);
  }

  /** The class behind a join link; rejects with `link-wrong`. */
  async classByJoinCode(joinCode: string): Promise<ClassState> {
    const row = await this.#behindLinks.find(joinCode);
    if (!row) throw new LecternError('link-wrong');
    return toState(row);
  }

  /** What anybody with the link may see; rejects with `not-found`. */
  async classCard(classId: ClassId): Promise<ClassCard> {
    return cardOf(await this.classById(classId));
  }

  /** The course's classes: those to come first in their order, then those that have ended, newest first. */
  async classesOfCourse(courseId: CourseId): Promise<ClassDetail[]> {
    const rows = await this.#database.query<ClassRow>(
      `${SELECT_CLASS} where course_id = $1
       order by class.status = 'ended', class.ended_at desc, class.starts_at nulls last, class.created_at`,
      [courseId],
    );
    return rows.map((row) => toState(row).detail);
  }

  /** Classes that were live or open when the server last stopped: they go on after a restart. */
  async classesUnderWay(): Promise<ClassDetail[]> {
    const rows = await this.#database.query<ClassRow>(`${SELECT_CLASS} where class.status in ('open', 'live')`);
    return rows.map((row) => toState(row).detail);
  }

  /**
   * Students to be expected in the class: as many as its plan says or as took a seat in the largest class of its course that
   * is on record, whichever are more.
   */
  async expectedStudents(classId: ClassId): Promise<number> {
    const [row] = await this.#database.query<{ most: number }>(
      `select coalesce(greatest(planned.expected_people, (
         select max(students) from (
           select count(*) as students from seat join class using (class_id)
           where class.course_id = planned.course_id and seat.role = 'student' and seat.removed_at is null group by class_id
         ) as each_class
       )), 0)::int as most
       from class as planned where class_id = $1`,
      [classId],
    );
    return row?.most ?? 0;
  }

  /** Plans a class with a join code and a secret of its own; one of a load test, which ends by itself, is marked as synthetic. */
  async planClass(
    courseId: CourseId,
    classId: ClassId,
    plan: FilledClassPlan,
    at: Date,
    loadTestEndsAt: Date | null = null,
  ): Promise<ClassDetail> {
    await this.#database.query(
      `insert into class (class_id, course_id, title, join_code, starts_at, duration_minutes, expected_people,
         guests_allowed, signal_enabled, secret, created_at, load_test_ends_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        classId,
        courseId,
        plan.title,
        newJoinCode(),
        plan.startsAt === null ? null : new Date(plan.startsAt),
        plan.durationMinutes,
        plan.expectedPeople,
        plan.guestsAllowed,
        plan.signalEnabled,
        randomBytes(CLASS_SECRET_BYTES),
        at,
        loadTestEndsAt,
      ],
    );
    return this.classById(classId);
  }

  /**
   * Changes the plan of a class that has not ended; what is left out stays as somebody else may have set it meanwhile.
   * Rejects with `class-ended` or `not-found`.
   */
  async replanClass(classId: ClassId, change: ClassPlanChange): Promise<ClassDetail> {
    const { title, startsAt, durationMinutes, expectedPeople, guestsAllowed, signalEnabled } = change;
    const changed = await this.#database.query(
      `update class set
         title = coalesce($2, title),
         starts_at = case when $3::boolean then $4 else starts_at end,
         duration_minutes = case when $5::boolean then $6 else duration_minutes end,
         expected_people = case when $7::boolean then $8 else expected_people end,
         guests_allowed = coalesce($9, guests_allowed),
         signal_enabled = coalesce($10, signal_enabled)
       where class_id = $1 and status <> 'ended' returning class_id`,
      [
        ...[classId, title ?? null],
        ...[startsAt !== undefined, startsAt ? new Date(startsAt) : null],
        ...[durationMinutes !== undefined, durationMinutes ?? null],
        ...[expectedPeople !== undefined, expectedPeople ?? null],
        ...[guestsAllowed ?? null, signalEnabled ?? null],
      ],
    );
    const detail = await this.classById(classId);
    if (changed.length === 0) throw new LecternError('class-ended');
    return detail;
  }

  /** Takes back a class that has not begun; rejects with `conflict` when its status is another one, with `not-found` if there is none. */
  async cancelClass(classId: ClassId, { status }: CancelClass): Promise<void> {
    const gone = await this.#database.query(
      'delete from class where class_id = $1 and status = $2 returning class_id',
      [classId, status],
    );
    if (gone.length > 0) return;
    await this.classById(classId);
    throw new LecternError('conflict');
  }

  /**
   * Moves a class one way: planned, open, live, ended. Rejects with `conflict` against that order. The end wipes the
   * secret that contributor ids derive from.
   */
  async setClassStatus(classId: ClassId, status: ClassStatus, at: Date): Promise<ClassDetail> {
    const moved = await this.#database.query(
      `update class set status = $2,
         started_at = case when $2 = 'live' then $3 else started_at end,
         ended_at = case when $2 = 'ended' then $3 else ended_at end,
         secret = case when $2 = 'ended' then null else secret end
       where class_id = $1 and status = any($4) returning class_id`,
      [classId, status, at, [...BEFORE[status]]],
    );
    const detail = await this.classById(classId);
    if (moved.length === 0) throw new LecternError(detail.status === 'ended' ? 'class-ended' : 'conflict');
    return detail;
  }

  /** Locks or unlocks the door: whoever has a seat keeps it. Rejects with `not-found`. */
  async setLocked(classId: ClassId, locked: boolean): Promise<void> {
    await this.#update(classId, 'locked', locked);
  }

  /** Switches the class's signal on or off; the institution's rules stand above it. Rejects with `not-found`. */
  async setSignalEnabled(classId: ClassId, enabled: boolean): Promise<void> {
    await this.#update(classId, 'signal_enabled', enabled);
  }

  /** The secret that contributor ids derive from; null once the class has ended. Rejects with `not-found`. */
  async classSecret(classId: ClassId): Promise<Uint8Array | null> {
    const [row] = await this.#database.query<{ secret: Uint8Array | null }>(
      'select secret from class where class_id = $1',
      [classId],
    );
    if (!row) throw new LecternError('not-found');
    return row.secret;
  }

  async #update(classId: ClassId, column: 'locked' | 'signal_enabled', value: boolean): Promise<void> {
    const changed = await this.#database.query(
      `update class set ${column} = $2 where class_id = $1 returning class_id`,
      [classId, value],
    );
    if (changed.length === 0) throw new LecternError('not-found');
  }
}

/** The part of a class that anybody with the link may see. */
export function cardOf(detail: ClassDetail): ClassCard {
  const { classId, courseId, courseTitle, title, instructors, startsAt, status, guestsAllowed, synthetic } = detail;
  return { classId, courseId, courseTitle, title, instructors, startsAt, status, guestsAllowed, synthetic };
}

function toState(row: ClassRow): ClassState {
  return {
    locked: row.locked,
    detail: {
      classId: row.class_id,
      courseId: row.course_id,
      courseTitle: row.course_title,
      title: row.title,
      joinCode: row.join_code,
      instructors: [...row.instructors],
      startsAt: row.starts_at?.toISOString() ?? null,
      durationMinutes: row.duration_minutes,
      expectedPeople: row.expected_people,
      guestsAllowed: row.guests_allowed,
      synthetic: row.load_test_ends_at !== null,
      signalEnabled: row.signal_enabled,
      status: row.status,
      startedAt: row.started_at?.toISOString() ?? null,
      endedAt: row.ended_at?.toISOString() ?? null,
    },
  };
}
