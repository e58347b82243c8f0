import { randomUUID } from 'node:crypto';
import {
  accountIdSchema,
  classDetailSchema,
  classIdSchema,
  cancelClassSchema,
  classPlanChangeSchema,
  classPlanSchema,
  courseCreateSchema,
  courseIdSchema,
  courseSchema,
  coursesSchema,
  invitationCreateSchema,
  invitationSchema,
  LecternError,
  linkSchema,
  openInvitationsSchema,
  PAGES,
  tokenSchema,
} from '@lectern/contracts';
import type { Account, AccountAction, ClassDetail, ClassId, CourseId } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireRight } from '../../identity/account-rights.ts';
import { recordAudit } from '../../identity/audit.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';

const courseParams = z.strictObject({ id: courseIdSchema });
const memberParams = z.strictObject({ id: courseIdSchema, account: accountIdSchema });
const invitationParams = z.strictObject({ id: courseIdSchema, invitation: tokenSchema });
const classParams = z.strictObject({ id: classIdSchema });
const tokenParams = z.strictObject({ token: tokenSchema });

/** Courses and the people who teach in them. */
export function addCourseRoutes(app: FastifyInstance, parts: HttpParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/courses',
    answer: coursesSchema,
    handle: async ({ requireAccount }) => ({
      courses: await parts.courses.coursesOf((await requireAccount()).accountId),
    }),
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/courses',
    body: courseCreateSchema,
    answer: courseSchema,
    handle: async ({ body, requireAccount }) => {
      const account = await requireAccount();
      requireRight(account, 'create a course');
      return parts.courses.create(account.accountId, body.title);
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/courses/:id',
    params: courseParams,
    answer: courseSchema,
    handle: async ({ params, requireAccount }) => parts.courses.course(params.id, (await requireAccount()).accountId),
  });

  addRoute(app, parts, {
    method: 'PATCH',
    url: '/api/courses/:id',
    params: courseParams,
    body: courseCreateSchema,
    answer: courseSchema,
    handle: async ({ params, body, requireAccount }) => {
      const account = await requireAccount();
      await requireCourseRight(parts, account, params.id, 'change a course');
      await parts.courses.rename(params.id, body.title);
      return parts.courses.course(params.id, account.accountId);
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/courses/:id/members/:account',
    params: memberParams,
    answer: null,
    handle: async ({ params, requireAccount }) => {
      const account = await requireAccount();
      await requireCourseRight(parts, account, params.id, 'remove from a course');
      await parts.news.seatsShut(await parts.courses.removeMember(params.id, params.account, account.accountId));
      const classes = await parts.classes.classesOfCourse(params.id);
      // Who teaches stands on the card of each class.
      for (const { classId, status } of classes) if (status !== 'ended') await parts.news.classChanged(classId);
    },
  });
}

/** The links that make people members of a course. */
export function addInvitationRoutes(app: FastifyInstance, parts: HttpParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/courses/:id/invitations',
    params: courseParams,
    answer: openInvitationsSchema,
    handle: async ({ params, requireAccount }) => {
      await requireCourseRight(parts, await requireAccount(), params.id, 'withdraw an invitation');
      return { invitations: await parts.invitations.open(params.id) };
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/courses/:id/invitations/:invitation',
    params: invitationParams,
    answer: null,
    handle: async ({ params, requireAccount }) => {
      const account = await requireAccount();
      await requireCourseRight(parts, account, params.id, 'withdraw an invitation');
      await parts.invitations.withdraw(params.id, params.invitation, account.accountId);
    },
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/courses/:id/invitations',
    params: courseParams,
    body: invitationCreateSchema,
    answer: linkSchema,
    handle: async ({ params, body, requireAccount }) => {
      const account = await requireAccount();
      await requireCourseRight(parts, account, params.id, 'invite to a course');
      const { token, expiresAt } = await parts.invitations.create(params.id, body.role, account.accountId);
      const url = parts.publicUrl() + PAGES.invitation.replace(':token', token);
      return { url, expiresAt: expiresAt.toISOString() };
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/invitations/:token',
    params: tokenParams,
    answer: invitationSchema,
    handle: ({ params }) => parts.invitations.view(params.token),
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/invitations/:token',
    params: tokenParams,
    answer: courseSchema,
    handle: async ({ params, requireAccount }) => {
      const { accountId } = await requireAccount();
      const courseId = await parts.database.transaction((database) =>
        parts.invitations.redeem(database, params.token, accountId),
      );
      return parts.courses.course(courseId, accountId);
    },
  });
}

/** Classes as they are planned. */
export function addClassRoutes(app: FastifyInstance, parts: HttpParts): void {
  addRoute(app, parts, {
    method: 'POST',
    url: '/api/courses/:id/classes',
    params: courseParams,
    body: classPlanSchema,
    answer: classDetailSchema,
    handle: async ({ params, body, requireAccount }) => {
      const account = await requireAccount();
      await requireCourseRight(parts, account, params.id, 'plan a class');
      const classId = classIdSchema.parse(randomUUID());
      const detail = await parts.classes.planClass(params.id, classId, body, parts.now());
      await audit(parts, account, 'class.plan', classId);
      return detail;
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/classes/:id',
    params: classParams,
    answer: classDetailSchema,
    handle: async ({ params, requireAccount }) => {
      const { accountId } = await requireAccount();
      const detail = await parts.classes.classById(params.id);
      if (!(await parts.courses.memberRole(detail.courseId, accountId))) throw new LecternError('not-found');
      return detail;
    },
  });

  addRoute(app, parts, {
    method: 'PATCH',
    url: '/api/classes/:id',
    params: classParams,
    body: classPlanChangeSchema,
    answer: classDetailSchema,
    handle: async ({ params, body, requireAccount }) => {
      await requireClassRight(parts, await requireAccount(), params.id);
      const detail = await parts.classes.replanClass(params.id, body);
      await parts.news.classChanged(params.id);
      return detail;
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/classes/:id',
    params: classParams,
    body: cancelClassSchema,
    answer: null,
    handle: async ({ params, body, requireAccount }) => {
      const account = await requireAccount();
      await requireClassRight(parts, account, params.id);
      await parts.classes.cancelClass(params.id, body);
      await parts.news.classCancelled(params.id);
      await audit(parts, account, 'class.cancel', params.id);
    },
  });
}

/** Passes for an instructor of the course. Whoever is no member gets `not-found`, its assistants `not-allowed`. */
async function requireCourseRight(
  parts: HttpParts,
  account: Account,
  courseId: CourseId,
  action: AccountAction,
): Promise<void> {
  const role = await parts.courses.memberRole(courseId, account.accountId);
  if (role === null) throw new LecternError('not-found');
  requireRight(account, action, { member: role === 'instructor' });
}

async function requireClassRight(parts: HttpParts, account: Account, classId: ClassId): Promise<ClassDetail> {
  const detail = await parts.classes.classById(classId);
  await requireCourseRight(parts, account, detail.courseId, 'plan a class');
  return detail;
}

function audit(
  parts: HttpParts,
  account: Account,
  action: 'class.plan' | 'class.cancel',
  classId: ClassId,
): Promise<void> {
  const subject = { kind: 'class', id: classId } as const;
  return recordAudit(parts.database, account.accountId, { action, subject }, parts.now());
}
