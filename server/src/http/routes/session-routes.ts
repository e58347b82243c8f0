import { sessionSchema, signInSchema } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';
import { clearSessionToken, readSessionToken, setSessionToken } from '../sign-in-cookie.ts';

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
      const account = await parts.accounts.signIn(body.email, body.password, request.ip);
      // What the browser had before ends: a token never outlives a change of who is signed in.
      const before = readSessionToken(request);
      if (before !== null) await parts.sessions.close(before);
      setSessionToken(request, reply, await parts.sessions.open(account.accountId));
      return { account };
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/session',
    answer: null,
    handle: async ({ request, reply }) => {
      const token = readSessionToken(request);
      if (token !== null) await parts.sessions.close(token);
      clearSessionToken(request, reply);
    },
  });
}
