import { LecternError } from '@lectern/contracts';
import type { Account } from '@lectern/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { HttpParts } from './parts.ts';
import { readSessionToken } from './sign-in-cookie.ts';

const NO_CONTENT = 204;

/** One request as its handler sees it: body and parameters parsed, the account looked up when it is asked for. */
export interface Call<Body, Params> {
  readonly body: Body;
  readonly params: Params;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The signed-in account; null for a guest. */
  readonly account: () => Promise<Account | null>;
  /** The signed-in account; rejects with `not-signed-in`. */
  readonly requireAccount: () => Promise<Account>;
}

interface Route<Body, Params, Answer> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Runs before the body is read: whoever it throws for costs no more than that. */
  readonly before?: (request: FastifyRequest) => void;
  readonly body?: z.ZodType<Body>;
  readonly params?: z.ZodType<Params>;
  /** The contract's schema of the answer: what the handler gives is of its type; null is 204. */
  readonly answer: z.ZodType<Answer> | null;
  handle(call: Call<Body, Params>): Promise<Answer>;
}

/** Registers a route: everything that comes in is parsed once, with the contract's schema, before the handler runs. */
export function addRoute<Body = undefined, Params = undefined, Answer = void>(
  app: FastifyInstance,
  parts: HttpParts,
  route: Route<Body, Params, Answer>,
): void {
  app.route({
    method: route.method,
    url: route.url,
    onRequest: (request, _reply, done) => {
      route.before?.(request);
      done();
    },
    handler: async (request, reply) => {
      const account = () => signedIn(parts, request);
      const answer = await route.handle({
        body: route.body ? route.body.parse(request.body) : (undefined as Body),
        params: route.params ? parseParams(route.params, request.params) : (undefined as Params),
        request,
        reply,
        account,
        requireAccount: async () => {
          const found = await account();
          if (!found) throw new LecternError('not-signed-in');
          return found;
        },
      });
      reply.header('cache-control', 'no-store');
      return route.answer === null ? reply.code(NO_CONTENT).send() : reply.send(answer);
    },
  });
}

async function signedIn(parts: HttpParts, request: FastifyRequest): Promise<Account | null> {
  const token = readSessionToken(request);
  if (token === null) return null;
  const accountId = await parts.sessions.accountOf(token);
  return accountId && parts.accounts.byId(accountId);
}

/** An id or token that cannot be one leads nowhere, just as an unknown one does. */
function parseParams<Params>(schema: z.ZodType<Params>, params: unknown): Params {
  const parsed = schema.safeParse(params);
  if (!parsed.success) {
    const isLink = parsed.error.issues.some((issue) => issue.path[0] === 'token' || issue.path[0] === 'code');
    throw new LecternError(isLink ? 'link-wrong' : 'not-found');
  }
  return parsed.data;
}
