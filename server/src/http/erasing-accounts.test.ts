import type { Course, Erasure, Session } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testStores } from '../store/test-stores.ts';
import { Campus, PASSWORD, tokenOf } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

/** PGlite runs one transaction at a time. */
const hasPostgres = testStores.length > 1;
const WAITING = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

describe('the courses that go with an erased account', () => {
  let campus: Campus;
  let instructor: Visitor;

  beforeAll(async () => {
    campus = await Campus.open();
    instructor = await campus.setUp();
  }, 60_000);
  afterAll(() => campus.close());

  /** A course of the first account, in which others were invited to a role. */
  async function courseWith(role: 'instructor' | 'assistant', members: readonly Visitor[]): Promise<Course> {
    const course = await instructor.ask<Course>('POST', '/api/courses', { title: `With an ${role}` });
    for (const member of members) {
      const invitations = `/api/courses/${course.courseId}/invitations`;
      const { url } = await instructor.ask<{ url: string }>('POST', invitations, { role });
      await member.ask('POST', `/api/invitations/${tokenOf(url)}`);
    }
    return course;
  }

  const erase = (visitor: Visitor) => visitor.ask('DELETE', '/api/account', { password: PASSWORD });
  const exists = async ({ courseId }: Course) =>
    (await campus.database.query('select 1 from course where course_id = $1', [courseId])).length > 0;

  it('are counted before: those without another instructor, and no other', async () => {
    const [second, assistant] = [await campus.signUp('Second'), await campus.signUp('Assistant')];
    const before = await instructor.ask<Erasure>('GET', '/api/account/erasure');
    const shared = await courseWith('instructor', [second]);
    await courseWith('assistant', [assistant]);
    expect(await instructor.ask('GET', '/api/account/erasure')).toEqual({
      courses: before.courses + 1,
      onlyOperator: true,
    });
    expect(await assistant.ask('GET', '/api/account/erasure')).toEqual({ courses: 0, onlyOperator: false });
    expect(await exists(shared)).toBe(true);
  });

  it('are told with whether nobody would run the platform any more', async () => {
    const second = await campus.signUp('Runs');
    const { account } = await second.ask<Session>('GET', '/api/session');
    const roles = (change: string): Promise<unknown> =>
      campus.database.query(`update account set roles = ${change} where account_id = $1`, [account?.accountId ?? null]);
    const isOnly = async (): Promise<boolean> =>
      (await instructor.ask<Erasure>('GET', '/api/account/erasure')).onlyOperator;
    expect(await isOnly()).toBe(true);
    await roles(`array_append(roles, 'operator')`);
    expect(await isOnly()).toBe(false);
    await roles(`array_remove(roles, 'operator')`);
    expect(await isOnly()).toBe(true);
  });

  it('are counted for operators too, and for nobody else', async () => {
    const [curious, asker] = [await campus.signUp('Curious'), await campus.signUp('Asker')];
    const { account } = await asker.ask<Session>('GET', '/api/session');
    const path = `/api/accounts/${account?.accountId ?? ''}/erasure`;
    expect(await instructor.ask('GET', path)).toEqual({ courses: 0, onlyOperator: false });
    expect(await curious.refusal('GET', path)).toBe('not-allowed');
    await erase(asker);
    expect(await instructor.refusal('GET', path)).toBe('not-found');
  });

  it.skipIf(!hasPostgres)('are kept while a class of theirs is just being started', async () => {
    const { account } = await instructor.ask<Session>('GET', '/api/session');
    const { classId } = await campus.planClass(instructor);
    const erased = await campus.database.transaction(async (starting) => {
      await starting.query(`update class set status = 'live' where class_id = $1`, [classId]);
      const erasing = instructor.refusal('DELETE', '/api/account', { password: PASSWORD });
      await expect.poll(() => campus.database.query(WAITING), { timeout: 10_000 }).toHaveLength(1);
      return { erasing };
    });
    expect(await erased.erasing).toBe('class-live');
    expect(await instructor.ask('GET', '/api/session')).toEqual({ account });
    await campus.parts.classes.setClassStatus(classId, 'ended', campus.clock.now);
  });

  it('are not those in which it only assisted, unless nobody else is left there', async () => {
    const [first, last] = [await campus.signUp('First'), await campus.signUp('Last')];
    const course = await courseWith('assistant', [first, last]);
    await campus.database.query(`delete from course_member where course_id = $1 and role = 'instructor'`, [
      course.courseId,
    ]);
    await erase(first);
    expect(await exists(course)).toBe(true);
    await erase(last);
    expect(await exists(course)).toBe(false);
  });
});
