import {
  accountsSchema,
  classDetailSchema,
  courseSchema,
  coursesSchema,
  erasureSchema,
  healthSchema,
  institutionSchema,
  invitationSchema,
  joinCardSchema,
  linkSchema,
  openInvitationsSchema,
  operatorStatusSchema,
  passwordResetSchema,
  seatSchema,
  sessionSchema,
  setUpStateSchema,
  type Account,
  type ClassDetail,
  type ClassId,
  type ClassPlan,
  type CancelClass,
  type ClassPlanChange,
  type Course,
  type Erasure,
  type Health,
  type Institution,
  type InstitutionChange,
  type JoinCard,
  type OpenInvitation,
  type OperatorStatus,
  type Seat,
} from '@lectern/contracts';
import type { z } from 'zod';
import { OfflineError } from './offline-error.ts';
import { request } from './request.ts';

const path = (strings: TemplateStringsArray, ...values: string[]): string =>
  String.raw({ raw: strings }, ...values.map((value) => encodeURIComponent(value)));

export type Link = z.infer<typeof linkSchema>;
export type Invitation = z.infer<typeof invitationSchema>;
export type PasswordReset = z.infer<typeof passwordResetSchema>;
export type SetUpState = z.infer<typeof setUpStateSchema>;

/** Who is signed in here; null for a guest. */
export async function readSession(): Promise<Account | null> {
  return (await request('GET', '/api/session', { schema: sessionSchema })).account;
}

export async function signIn(body: { email: string; password: string }): Promise<Account | null> {
  return (await request('POST', '/api/session', { body, schema: sessionSchema })).account;
}

export function signOut(): Promise<void> {
  return request('DELETE', '/api/session');
}

export async function signUp(body: {
  email: string;
  password: string;
  name: string;
  invitation?: string;
}): Promise<Account | null> {
  return (await request('POST', '/api/accounts', { body, schema: sessionSchema })).account;
}

export async function changeAccount(body: {
  name?: string;
  email?: { password: string; next: string };
  password?: { current: string; next: string };
}): Promise<Account | null> {
  return (await request('PATCH', '/api/account', { body, schema: sessionSchema })).account;
}

export function eraseAccount(password: string): Promise<void> {
  return request('DELETE', '/api/account', { body: { password } });
}

/** What would go with the own account. */
export function readErasure(): Promise<Erasure> {
  return request('GET', '/api/account/erasure', { schema: erasureSchema });
}

/** What would go with somebody's account; for operators. */
export function readErasureOf(accountId: string): Promise<Erasure> {
  return request('GET', path`/api/accounts/${accountId}/erasure`, { schema: erasureSchema });
}

/** Erases somebody's account with the operator's own password. */
export function eraseAccountOf(accountId: string, password: string): Promise<void> {
  return request('DELETE', path`/api/accounts/${accountId}`, { body: { password } });
}

export function readInstitution(): Promise<Institution> {
  return request('GET', '/api/institution', { schema: institutionSchema });
}

export function changeInstitution(body: InstitutionChange): Promise<Institution> {
  return request('PUT', '/api/institution', { body, schema: institutionSchema });
}

export function readSetUp(token: string): Promise<SetUpState> {
  return request('GET', path`/api/set-up/${token}`, { schema: setUpStateSchema });
}

export async function finishSetUp(
  token: string,
  body: { name: string; email: string; password: string; institution: InstitutionChange },
): Promise<Account | null> {
  return (await request('POST', path`/api/set-up/${token}`, { body, schema: sessionSchema })).account;
}

export function searchAccounts(search: string, signal?: AbortSignal): Promise<z.infer<typeof accountsSchema>> {
  return request('GET', path`/api/accounts?search=${search}`, {
    schema: accountsSchema,
    ...(signal ? { signal } : {}),
  });
}

export function makePasswordReset(accountId: string): Promise<Link> {
  return request('POST', path`/api/accounts/${accountId}/password-reset`, { schema: linkSchema });
}

/** Whose password the link sets. Rejects when it cannot be used. */
export function readPasswordReset(token: string): Promise<PasswordReset> {
  return request('GET', path`/api/password-resets/${token}`, { schema: passwordResetSchema });
}

export async function setNewPassword(token: string, password: string): Promise<Account | null> {
  const answer = await request('POST', path`/api/password-resets/${token}`, {
    body: { password },
    schema: sessionSchema,
  });
  return answer.account;
}

export async function readCourses(): Promise<Course[]> {
  return (await request('GET', '/api/courses', { schema: coursesSchema })).courses;
}

export function readCourse(courseId: string): Promise<Course> {
  return request('GET', path`/api/courses/${courseId}`, { schema: courseSchema });
}

export function createCourse(title: string): Promise<Course> {
  return request('POST', '/api/courses', { body: { title }, schema: courseSchema });
}

export function renameCourse(courseId: string, title: string): Promise<Course> {
  return request('PATCH', path`/api/courses/${courseId}`, { body: { title }, schema: courseSchema });
}

export function invite(courseId: string, role: 'instructor' | 'assistant'): Promise<Link> {
  return request('POST', path`/api/courses/${courseId}/invitations`, { body: { role }, schema: linkSchema });
}

export async function readOpenInvitations(courseId: string): Promise<OpenInvitation[]> {
  const answer = await request('GET', path`/api/courses/${courseId}/invitations`, { schema: openInvitationsSchema });
  return answer.invitations;
}

export function withdrawInvitation(courseId: string, invitationId: string): Promise<void> {
  return request('DELETE', path`/api/courses/${courseId}/invitations/${invitationId}`);
}

export function removeMember(courseId: string, accountId: string): Promise<void> {
  return request('DELETE', path`/api/courses/${courseId}/members/${accountId}`);
}

export function readInvitation(token: string): Promise<Invitation> {
  return request('GET', path`/api/invitations/${token}`, { schema: invitationSchema });
}

export function acceptInvitation(token: string): Promise<Course> {
  return request('POST', path`/api/invitations/${token}`, { schema: courseSchema });
}

export function planClass(courseId: string, body: ClassPlan): Promise<ClassDetail> {
  return request('POST', path`/api/courses/${courseId}/classes`, { body, schema: classDetailSchema });
}

/** For whoever teaches it or assists in it; `not-found` for everybody else. */
export function readClass(classId: string): Promise<ClassDetail> {
  return request('GET', path`/api/classes/${classId}`, { schema: classDetailSchema });
}

/** What is left out stays as it is. */
export function changeClass(classId: string, body: ClassPlanChange): Promise<ClassDetail> {
  return request('PATCH', path`/api/classes/${classId}`, { body, schema: classDetailSchema });
}

export function cancelClass(classId: string, body: CancelClass): Promise<void> {
  return request('DELETE', path`/api/classes/${classId}`, { body });
}

export function readJoinCard(code: string): Promise<JoinCard> {
  return request('GET', path`/api/join/${code}`, { schema: joinCardSchema });
}

export function takeSeat(
  code: string,
  body: { name?: string; keep?: { seatId: string; seatSecret: string } },
): Promise<Seat> {
  return request('POST', path`/api/join/${code}`, { body, schema: seatSchema });
}

/** What runs now, in figures; for operators. */
export function readOperatorStatus(): Promise<OperatorStatus> {
  return request('GET', '/api/operator/status', { schema: operatorStatusSchema });
}

/** Prepares the server for an update, or takes it back; for operators. */
export function drainForUpdate(drain: boolean): Promise<OperatorStatus> {
  return request('POST', '/api/operator/drain', { body: { drain }, schema: operatorStatusSchema });
}

/** Ends the class of a load test and removes it; for operators. */
export function endLoadTest(classId: ClassId): Promise<OperatorStatus> {
  return request('DELETE', path`/api/operator/load-tests/${classId}`, { schema: operatorStatusSchema });
}

/** The state of each part; /readyz answers 503 with the same body while a class could not be started and joined. */
export async function readHealth(): Promise<Health> {
  const response = await fetch('/readyz').catch((error: unknown) => {
    throw new OfflineError(error);
  });
  return healthSchema.parse(await response.json());
}
