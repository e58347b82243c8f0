import { sessionSchema, signInSchema } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { networkOf } from '../network-address.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';
import { handSession } from '../session-hand-over.ts';
import { clearSessionToken, readDeviceMark, readSessionToken } from '../sign-in-cookie.ts';

/** Signing in and out. */
export function addSessionRoutes(app: FastifyInstance, parts: HttpParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/session',
    answer: sessionSchema,
    handle: async ({ account }) => ({ account: await account() }),
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/session',
    body: signInSchema,
    answer: sessionSchema,
    handle: async ({ body, request, reply }) => {
      const origin = { network: networkOf(request.ip), device: readDeviceMark(request) };
      const account = await parts.accounts.signIn(body.email, body.password, origin);
      const session = await parts.sessions.open(account.accountId);
      await handSession(parts, { request, reply }, account.accountId, session);
      return { account };
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/session',
    answer: null,
    handle: async ({ request, reply }) => {
      const token = readSessionToken(request);
      if (token !== null) await parts.news.seatsShut(await parts.sessions.close(token));
      clearSessionToken(request, reply);
    },
  });
}
