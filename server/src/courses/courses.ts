import { randomUUID } from 'node:crypto';
import { courseIdSchema, LecternError } from '@lectern/contracts';
import type { AccountId, Course, CourseId } from '@lectern/contracts';
import { recordAudit } from '../identity/audit.ts';
import type { ShutSeat } from '../identity/sessions.ts';
import type { Database } from '../store/database.ts';
import type { ClassDirectory } from './class-directory.ts';
import { shutSeatsIn } from './seats.ts';

export type MemberRole = 'instructor' | 'assistant';

/** Courses and who teaches them. Whoever is no member learns of a course nothing, not even that it exists. */
export class Courses {
  readonly #database: Database;
  readonly #classes: ClassDirectory;
  readonly #studentsPerClass: number;
  readonly #now: () => Date;

  /** `studentsPerClass`: as many as the server lets into one. */
  constructor(database: Database, classes: ClassDirectory, studentsPerClass: number, now: () => Date) {
    this.#database = database;
    this.#classes = classes;
    this.#studentsPerClass = studentsPerClass;
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
    const members = await this.#database.query<{ accountId: AccountId; name: string; role: MemberRole }>(
      `select account_id as "accountId", account.name, course_member.role from course_member join account using (account_id)
       where course_id = $1 order by course_member.role = 'assistant', course_member.added_at, account.name`,
      [courseId],
    );
    const classes = await this.#classes.classesOfCourse(courseId);
    return { courseId, title: course.title, role, members, classes, studentsPerClass: this.#studentsPerClass };
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

  /**
   * Ends a membership; the caller has checked the right. With it go the open invitations that the member made, what opens
   * the member's seats in classes that have not ended, which are given, and for somebody who is put out and teaches nowhere
   * else the right to create courses. Rejects with `not-found`, and with `last-instructor` for the only one.
   */
  async removeMember(courseId: CourseId, member: AccountId, by: AccountId): Promise<readonly ShutSeat[]> {
    const at = this.#now();
    return this.#database.transaction(async (database) => {
      // Two instructors who remove each other at once must not both go.
      await database.query('select 1 from course where course_id = $1 for update', [courseId]);
      const role = await deleteMember(database, courseId, member);
      await database.query('delete from invitation where course_id = $1 and invited_by = $2 and used_at is null', [
        courseId,
        member,
      ]);
      if (role === 'instructor' && member !== by) await stopTeaching(database, member);
      const subject = { kind: 'account', id: member } as const;
      await recordAudit(database, by, { action: 'course.member-remove', subject }, at, { courseId, role });
      return shutSeatsIn(database, courseId, member);
    });
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

async function deleteMember(database: Database, courseId: CourseId, accountId: AccountId): Promise<MemberRole> {
  const members = await database.query<{ account_id: AccountId; role: MemberRole }>(
    'select account_id, role from course_member where course_id = $1',
    [courseId],
  );
  const member = members.find(({ account_id: id }) => id === accountId);
  if (!member) throw new LecternError('not-found');
  const instructors = members.filter(({ role }) => role === 'instructor').length;
  if (member.role === 'instructor' && instructors === 1) throw new LecternError('last-instructor');
  await database.query('delete from course_member where course_id = $1 and account_id = $2', [courseId, accountId]);
  return member.role;
}

/** The right to create courses came with an invitation: it goes with the last course that the account teaches. */
async function stopTeaching(database: Database, accountId: AccountId): Promise<void> {
  await database.query(
    `update account set roles = array_remove(roles, 'instructor')
     where account_id = $1 and not 'operator' = any(roles)
       and not exists (select 1 from course_member where account_id = $1 and role = 'instructor')`,
    [accountId],
  );
}
