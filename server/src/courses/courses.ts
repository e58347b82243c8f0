import { randomUUID } from 'node:crypto';
import { courseIdSchema, LecternError } from '@lectern/contracts';
import type { AccountId, Course, CourseId } from '@lectern/contracts';
import { recordAudit } from '../identity/audit.ts';
import type { Database } from '../store/database.ts';
import type { ClassDirectory } from './class-directory.ts';

export type MemberRole = 'instructor' | 'assistant';

/** Courses and who teaches them. Whoever is no member learns of a course nothing, not even that it exists. */
export class Courses {
  readonly #database: Database;
  readonly #classes: ClassDirectory;
  readonly #now: () => Date;

  constructor(database: Database, classes: ClassDirectory, now: () => Date) {
    this.#database = database;
    this.#classes = classes;
    this.#now = now;
  }

  /** Creates a course taught by this account. */
  async create(instructor: AccountId, title: string): Promise<Course> {
    const courseId = courseIdSchema.parse(randomUUID());
    const at = this.#now();
    await this.#database.transaction(async (database) => {
      await database.query('insert into course (course_id, title, created_at) values ($1, $2, $3)', [
        courseId,
        title,
        at,
      ]);
      await addMember(database, courseId, instructor, 'instructor', at);
      await recordAudit(
        database,
        instructor,
        { action: 'course.create', subject: { kind: 'course', id: courseId } },
        at,
      );
    });
    return this.course(courseId, instructor);
  }

  /** The course as its member sees it; rejects with `not-found` for everybody else. */
  async course(courseId: CourseId, member: AccountId): Promise<Course> {
    const role = await this.memberRole(courseId, member);
    const [course] = await this.#database.query<{ title: string }>('select title from course where course_id = $1', [
      courseId,
    ]);
    if (!role || !course) throw new LecternError('not-found');
    const members = await this.#database.query<{ name: string; role: MemberRole }>(
      `select account.name, course_member.role from course_member join account using (account_id)
       where course_id = $1 order by course_member.role = 'assistant', course_member.added_at, account.name`,
      [courseId],
    );
    return { courseId, title: course.title, role, members, classes: await this.#classes.classesOfCourse(courseId) };
  }

  /** The courses that this account teaches or assists in, newest first. */
  async coursesOf(member: AccountId): Promise<Course[]> {
    const rows = await this.#database.query<{ course_id: CourseId }>(
      `select course.course_id from course join course_member using (course_id)
       where account_id = $1 order by course.created_at desc, course.course_id`,
      [member],
    );
    return Promise.all(rows.map((row) => this.course(row.course_id, member)));
  }

  /** Gives the course another title; the caller has checked the membership. */
  async rename(courseId: CourseId, title: string): Promise<void> {
    await this.#database.query('update course set title = $2 where course_id = $1', [courseId, title]);
  }

  /** What the account is in this course; null for no member. */
  async memberRole(courseId: CourseId, accountId: AccountId): Promise<MemberRole | null> {
    const [member] = await this.#database.query<{ role: MemberRole }>(
      'select role from course_member where course_id = $1 and account_id = $2',
      [courseId, accountId],
    );
    return member?.role ?? null;
  }
}

/** Makes the account a member; an assistant who is invited as an instructor becomes one, never the other way round. */
export async function addMember(
  database: Database,
  courseId: CourseId,
  accountId: AccountId,
  role: MemberRole,
  at: Date,
): Promise<void> {
  await database.query(
    `insert into course_member (course_id, account_id, role, added_at) values ($1, $2, $3, $4)
     on conflict (course_id, account_id) do update set role = excluded.role where excluded.role = 'instructor'`,
    [courseId, accountId, role, at],
  );
}
