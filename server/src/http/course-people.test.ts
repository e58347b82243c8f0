import type { ClassDetail, Course, OpenInvitation, Seat, Session } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Campus, tokenOf } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

const DAY_MS = 86_400_000;

let campus: Campus;
let ada: Visitor;
beforeAll(async () => {
  campus = await Campus.open();
  ada = await campus.setUp();
}, 60_000);
afterAll(() => campus.close());

async function invite(courseId: string, role: 'instructor' | 'assistant', by = ada): Promise<string> {
  const { url } = await by.ask<{ url: string }>('POST', `/api/courses/${courseId}/invitations`, { role });
  return `/api/invitations/${tokenOf(url)}`;
}

async function openInvitations(courseId: string): Promise<OpenInvitation[]> {
  const path = `/api/courses/${courseId}/invitations`;
  return (await ada.ask<{ invitations: OpenInvitation[] }>('GET', path)).invitations;
}

async function accountOf(visitor: Visitor): Promise<NonNullable<Session['account']>> {
  const { account } = await visitor.ask<Session>('GET', '/api/session');
  if (!account) throw new Error('nobody is signed in');
  return account;
}

let joined = 0;
/** Somebody who used an invitation, and the path that removes them. */
async function colleague(courseId: string, role: 'instructor' | 'assistant') {
  const visitor = await campus.signUp(`Colleague${joined++}`);
  await visitor.ask('POST', await invite(courseId, role));
  return { visitor, path: `/api/courses/${courseId}/members/${(await accountOf(visitor)).accountId}` };
}

async function ownPath(courseId: string): Promise<string> {
  return `/api/courses/${courseId}/members/${(await accountOf(ada)).accountId}`;
}

async function audited(action: string): Promise<Record<string, unknown>[]> {
  return campus.database.query('select subject_kind, subject_id, detail from audit where action = $1', [action]);
}

describe('an open invitation', () => {
  it('is listed with its role and its end until it is used or runs out, and shows nothing that opens it', async () => {
    const { courseId } = await campus.planClass(ada);
    const used = await invite(courseId, 'assistant');
    await (await campus.signUp('Quick')).ask('POST', used);
    const link = await invite(courseId, 'instructor');
    const [open, ...others] = await openInvitations(courseId);
    expect(others).toEqual([]);
    expect(open).toMatchObject({ role: 'instructor', invitedBy: 'Ada' });
    expect(Date.parse(open?.expiresAt ?? '')).toBe(campus.clock.now.getTime() + 7 * DAY_MS);
    expect(link).not.toContain(open?.invitationId);
    expect(await campus.visitor().refusal('GET', `/api/invitations/${open?.invitationId ?? ''}`)).toBe('link-wrong');
    campus.pass(8 * DAY_MS);
    expect(await openInvitations(courseId)).toEqual([]);
  });

  it('leads nowhere once it is withdrawn, and is withdrawn once', async () => {
    const { courseId } = await campus.planClass(ada);
    const link = await invite(courseId, 'instructor');
    const kept = await invite(courseId, 'assistant');
    const open = await openInvitations(courseId);
    const wrong = open.find(({ role }) => role === 'instructor')?.invitationId ?? '';
    await ada.ask('DELETE', `/api/courses/${courseId}/invitations/${wrong}`);
    const stranger = await campus.signUp('Stranger');
    expect(await stranger.refusal('POST', link)).toBe('link-wrong');
    expect(await stranger.refusal('GET', `/api/courses/${courseId}`)).toBe('not-found');
    expect((await openInvitations(courseId)).map(({ role }) => role)).toEqual(['assistant']);
    expect(await stranger.refusal('GET', kept)).toBeUndefined();
    expect(await ada.refusal('DELETE', `/api/courses/${courseId}/invitations/${wrong}`)).toBe('not-found');
    expect(await audited('course.invitation-withdraw')).toEqual([
      { subject_kind: 'course', subject_id: courseId, detail: { role: 'instructor' } },
    ]);
  });

  it('is not withdrawn by another course, nor once somebody has used it', async () => {
    const { courseId } = await campus.planClass(ada);
    const { courseId: elsewhere } = await campus.planClass(ada);
    const link = await invite(courseId, 'assistant');
    const invitationId = (await openInvitations(courseId))[0]?.invitationId ?? '';
    expect(await ada.refusal('DELETE', `/api/courses/${elsewhere}/invitations/${invitationId}`)).toBe('not-found');
    await (await campus.signUp('Prompt')).ask('POST', link);
    expect(await ada.refusal('DELETE', `/api/courses/${courseId}/invitations/${invitationId}`)).toBe('conflict');
  });

  it('is the business of the course’s instructors alone', async () => {
    const { courseId } = await campus.planClass(ada);
    await invite(courseId, 'instructor');
    const invitationId = (await openInvitations(courseId))[0]?.invitationId ?? '';
    const path = `/api/courses/${courseId}/invitations`;
    const { visitor: assistant } = await colleague(courseId, 'assistant');
    for (const [visitor, code] of [
      [assistant, 'not-allowed'],
      [await campus.signUp('Passer-by'), 'not-found'],
      [campus.visitor(), 'not-signed-in'],
    ] as const) {
      expect(await visitor.refusal('GET', path)).toBe(code);
      expect(await visitor.refusal('DELETE', `${path}/${invitationId}`)).toBe(code);
    }
    expect(await openInvitations(courseId)).toHaveLength(1);
  });
});

describe('a member', () => {
  it('is removed by an instructor: the course, its classes and the right that came with the invitation are gone', async () => {
    const { courseId, classId } = await campus.planClass(ada);
    const { visitor, path } = await colleague(courseId, 'instructor');
    const { accountId } = await accountOf(visitor);
    await ada.ask('DELETE', path);
    expect(await visitor.refusal('GET', `/api/courses/${courseId}`)).toBe('not-found');
    expect(await visitor.refusal('DELETE', `/api/classes/${classId}`, { status: 'planned' })).toBe('not-found');
    expect(await visitor.refusal('POST', '/api/courses', { title: 'Own' })).toBe('not-allowed');
    const { members } = await ada.ask<Course>('GET', `/api/courses/${courseId}`);
    expect(members.map(({ name }) => name)).toEqual(['Ada']);
    expect(await ada.refusal('DELETE', path)).toBe('not-found');
    expect(await audited('course.member-remove')).toContainEqual({
      subject_kind: 'account',
      subject_id: accountId,
      detail: { courseId, role: 'instructor' },
    });
  });

  it('keeps the right to create courses while teaching another one, and when leaving by oneself', async () => {
    const { courseId } = await campus.planClass(ada);
    const { visitor, path } = await colleague(courseId, 'instructor');
    await visitor.ask('POST', '/api/courses', { title: 'Own' });
    await ada.ask('DELETE', path);
    expect(await visitor.refusal('POST', '/api/courses', { title: 'Another' })).toBeUndefined();

    const { visitor: leaving, path: own } = await colleague(courseId, 'instructor');
    await leaving.ask('DELETE', own);
    expect(await leaving.refusal('GET', `/api/courses/${courseId}`)).toBe('not-found');
    expect(await leaving.refusal('POST', '/api/courses', { title: 'Next' })).toBeUndefined();
  });

  it('takes the links along that were made for somebody else or oneself', async () => {
    const { courseId } = await campus.planClass(ada);
    const { visitor, path } = await colleague(courseId, 'instructor');
    const wayBack = await invite(courseId, 'instructor', visitor);
    await invite(courseId, 'assistant');
    await ada.ask('DELETE', path);
    expect(await visitor.refusal('POST', wayBack)).toBe('link-wrong');
    expect((await openInvitations(courseId)).map(({ invitedBy }) => invitedBy)).toEqual(['Ada']);
  });

  it('is never the last instructor', async () => {
    const { courseId } = await campus.planClass(ada);
    const { visitor, path } = await colleague(courseId, 'assistant');
    expect(await ada.refusal('DELETE', await ownPath(courseId))).toBe('last-instructor');
    await visitor.ask('POST', await invite(courseId, 'instructor'));
    const answers = await Promise.all([
      ada.refusal('DELETE', path),
      visitor.refusal('DELETE', await ownPath(courseId)),
    ]);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    const [left] = await campus.database.query(
      `select count(*)::integer as instructors from course_member where course_id = $1 and role = 'instructor'`,
      [courseId],
    );
    expect(left).toEqual({ instructors: 1 });
  });

  it('is not removed by assistants or others', async () => {
    const { courseId } = await campus.planClass(ada);
    const { visitor: assistant, path } = await colleague(courseId, 'assistant');
    expect(await assistant.refusal('DELETE', path)).toBe('not-allowed');
    expect(await assistant.refusal('DELETE', await ownPath(courseId))).toBe('not-allowed');
    expect(await (await campus.signUp('Nobody')).refusal('DELETE', path)).toBe('not-found');
    expect(await campus.visitor().refusal('DELETE', path)).toBe('not-signed-in');
  });

  it('loses the seats of classes that have not ended, and takes them anew as a student', async () => {
    const detail = await campus.planClass(ada);
    const { courseId } = detail;
    const past = await ada.ask<ClassDetail>('POST', `/api/courses/${courseId}/classes`, { title: 'Past' });
    const { visitor, path } = await colleague(courseId, 'assistant');
    const sit = ({ joinCode }: ClassDetail) => visitor.ask<Seat>('POST', `/api/join/${joinCode}`, {});
    const seat = await sit(detail);
    await sit(past);
    await campus.parts.classes.setClassStatus(past.classId, 'live', campus.clock.now);
    await campus.parts.classes.setClassStatus(past.classId, 'ended', campus.clock.now);
    campus.told.length = 0;
    await ada.ask('DELETE', path);
    expect(campus.told).toEqual([
      ['seatsShut', [{ classId: detail.classId, seatId: seat.seatId }]],
      ['classChanged', detail.classId],
    ]);
    const authenticate = campus.parts.seats.authenticateSeat(detail.classId, seat.seatId, seat.seatSecret);
    await expect(authenticate).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(await sit(detail)).toMatchObject({ seatId: seat.seatId, role: 'student' });
  });
});
