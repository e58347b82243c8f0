import {
  accountChangeSchema,
  accountExportSchema,
  accountSearchSchema,
  accountIdSchema,
  accountsSchema,
  eraseAccountSchema,
  erasureSchema,
  LecternError,
  linkSchema,
  newPasswordSchema,
  PAGES,
  passwordResetSchema,
  sessionSchema,
  signUpSchema,
  tokenSchema,
} from '@lectern/contracts';
import type { AccountId } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { eraseAccount, exportAccount, previewErasure } from '../../identity/account-records.ts';
import { requireRight } from '../../identity/account-rights.ts';
import { AttemptLimit } from '../../identity/attempt-limit.ts';
import { recordAudit } from '../../identity/audit.ts';
import { hashPassword } from '../../identity/password.ts';
import { exportDisposition } from '../download-name.ts';
import { networkOf } from '../network-address.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';
import { handSession } from '../session-hand-over.ts';
import { clearDeviceMark, clearSessionToken, readSessionToken, setDeviceMark } from '../sign-in-cookie.ts';

const accountParams = z.strictObject({ id: accountIdSchema });
const tokenParams = z.strictObject({ token: tokenSchema });
/** A full room may sign up at once from behind one address, a lecture hall within minutes; a script may not go on for ever. */
const SIGN_UPS_FORGOTTEN_AFTER_MS = 10 * 60_000;
/** Nobody moves that often; whoever tries many addresses wants to know who has an account. */
const EMAIL_CHANGES_FORGOTTEN_AFTER_MS = 60 * 60_000;

/** One's own account: signing up, changing, exporting, erasing. */
export function addAccountRoutes(app: FastifyInstance, parts: HttpParts): void {
  addSignUp(app, parts);
  addChange(app, parts);

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/account/export',
    answer: accountExportSchema,
    handle: async ({ requireAccount, reply }) => {
      const account = await requireAccount();
      requireRight(account, 'export or erase an account', { self: true });
      reply.header('content-disposition', exportDisposition(parts.now()));
      return exportAccount(parts.database, account, account.accountId, parts.now());
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/account/erasure',
    answer: erasureSchema,
    handle: async ({ requireAccount }) => {
      const account = await requireAccount();
      requireRight(account, 'export or erase an account', { self: true });
      return previewErasure(parts.database, account.accountId);
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/account',
    body: eraseAccountSchema,
    answer: null,
    handle: async ({ body, requireAccount, request, reply }) => {
      const { accountId, ...account } = await requireAccount();
      requireRight({ accountId, ...account }, 'export or erase an account', { self: true });
      await requirePassword(parts, accountId, body.password);
      await parts.news.accountErased(await eraseAccount(parts.database, accountId, accountId, parts.now()));
      clearSessionToken(request, reply);
      clearDeviceMark(request, reply);
    },
  });
}

function addSignUp(app: FastifyInstance, parts: HttpParts): void {
  const signUps = new AttemptLimit({
    attempts: parts.accountLimits.newOfAddress,
    forgottenAfterMs: SIGN_UPS_FORGOTTEN_AFTER_MS,
    nowMs: () => parts.now().getTime(),
  });
  addRoute(app, parts, {
    method: 'POST',
    url: '/api/accounts',
    body: signUpSchema,
    answer: sessionSchema,
    handle: async ({ body, request, reply }) => {
      if (!parts.institution.current().setUp) throw new LecternError('set-up-first');
      const { email, name, password, invitation } = body;
      if (invitation !== undefined) await parts.invitations.view(invitation);
      const passwordHash = await hashForSignUp(signUps, networkOf(request.ip), password);
      const { account, session } = await parts.database.transaction(async (database) => {
        const created = await parts.accounts.create(database, { email, name, passwordHash, roles: [] });
        if (invitation !== undefined) await parts.invitations.redeem(database, invitation, created.accountId);
        return { account: created, session: await parts.sessions.open(created.accountId, database) };
      });
      await handSession(parts, { request, reply }, account.accountId, session);
      return { account: await parts.accounts.byId(account.accountId) };
    },
  });
}

/** It is the hashing that is limited: what never came to it is not counted. */
async function hashForSignUp(signUps: AttemptLimit, network: string, password: string): Promise<string> {
  signUps.check(network);
  signUps.count(network);
  try {
    return await hashPassword(password);
  } catch (error) {
    signUps.takeBack(network);
    throw error;
  }
}

function addChange(app: FastifyInstance, parts: HttpParts): void {
  const emailChanges = new AttemptLimit({
    attempts: parts.accountLimits.emailChanges,
    forgottenAfterMs: EMAIL_CHANGES_FORGOTTEN_AFTER_MS,
    nowMs: () => parts.now().getTime(),
  });
  addRoute(app, parts, {
    method: 'PATCH',
    url: '/api/account',
    body: accountChangeSchema,
    answer: sessionSchema,
    handle: async ({ body: { name, email, password }, requireAccount, request, reply }) => {
      const { accountId } = await requireAccount();
      for (const given of [email?.password, password?.current]) {
        if (given !== undefined) await requirePassword(parts, accountId, given);
      }
      if (email) {
        emailChanges.check(accountId);
        emailChanges.count(accountId);
      }
      const passwordHash = password && (await hashPassword(password.next));
      const subject = { kind: 'account', id: accountId } as const;
      const shutSeats = await parts.database.transaction(async (database) => {
        // Before the account itself: whoever takes a seat holds the sign-in first, too.
        const shut =
          email || passwordHash !== undefined
            ? await parts.sessions.closeAll(accountId, readSessionToken(request), database)
            : null;
        if (name !== undefined) await parts.accounts.rename(database, accountId, name);
        if (email) {
          await parts.accounts.setEmail(database, accountId, email.next);
          await recordAudit(database, accountId, { action: 'account.email-change', subject }, parts.now());
        }
        if (passwordHash !== undefined) {
          await parts.accounts.setPassword(database, accountId, passwordHash);
          await recordAudit(database, accountId, { action: 'account.password-change', subject }, parts.now());
        }
        return shut;
      });
      if (shutSeats) {
        await parts.news.seatsShut(shutSeats);
        setDeviceMark(request, reply, await parts.accounts.deviceMark(accountId));
      }
      return { account: await parts.accounts.byId(accountId) };
    },
  });
}

/** What an operator does with accounts, and the link that comes of it. */
export function addOperatorRoutes(app: FastifyInstance, parts: HttpParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/accounts',
    answer: accountsSchema,
    handle: async ({ request, requireAccount }) => {
      requireRight(await requireAccount(), 'run the platform');
      return parts.accounts.search(accountSearchSchema.parse(request.query).search);
    },
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/accounts/:id/password-reset',
    params: accountParams,
    answer: linkSchema,
    handle: async ({ params, requireAccount }) => {
      const operator = await requireAccount();
      requireRight(operator, 'reset a password');
      if (!(await parts.accounts.byId(params.id))) throw new LecternError('not-found');
      const { token, expiresAt } = await parts.passwordResets.create(params.id, operator.accountId);
      const url = parts.publicUrl() + PAGES.passwordReset.replace(':token', token);
      return { url, expiresAt: expiresAt.toISOString() };
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/password-resets/:token',
    params: tokenParams,
    answer: passwordResetSchema,
    handle: async ({ params }) => {
      const account = await parts.accounts.byId(await parts.passwordResets.check(params.token));
      if (!account) throw new LecternError('link-wrong');
      return { name: account.name, email: account.email };
    },
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/password-resets/:token',
    params: tokenParams,
    body: newPasswordSchema,
    answer: sessionSchema,
    handle: async ({ params, body, request, reply }) => {
      const { accountId, session, shutSeats } = await parts.passwordResets.redeem(params.token, body.password);
      await parts.news.seatsShut(shutSeats);
      await handSession(parts, { request, reply }, accountId, session);
      return { account: await parts.accounts.byId(accountId) };
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/accounts/:id/export',
    params: accountParams,
    answer: accountExportSchema,
    handle: async ({ params, requireAccount, reply }) => {
      const operator = await requireAccount();
      requireRight(operator, 'export or erase an account');
      const account = await parts.accounts.byId(params.id);
      if (!account) throw new LecternError('not-found');
      const isOwn = account.accountId === operator.accountId;
      reply.header('content-disposition', exportDisposition(parts.now(), isOwn ? undefined : account.name));
      return exportAccount(parts.database, account, operator.accountId, parts.now());
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/accounts/:id/erasure',
    params: accountParams,
    answer: erasureSchema,
    handle: async ({ params, requireAccount }) => {
      requireRight(await requireAccount(), 'export or erase an account');
      if (!(await parts.accounts.byId(params.id))) throw new LecternError('not-found');
      return previewErasure(parts.database, params.id);
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/accounts/:id',
    params: accountParams,
    body: eraseAccountSchema,
    answer: null,
    handle: async ({ params, body, requireAccount }) => {
      const operator = await requireAccount();
      requireRight(operator, 'export or erase an account');
      await requirePassword(parts, operator.accountId, body.password);
      if (!(await parts.accounts.byId(params.id))) throw new LecternError('not-found');
      await parts.news.accountErased(await eraseAccount(parts.database, params.id, operator.accountId, parts.now()));
    },
  });
}

async function requirePassword(parts: HttpParts, accountId: AccountId, password: string): Promise<void> {
  if (!(await parts.accounts.confirmPassword(accountId, password))) throw new LecternError('wrong-credentials');
}
