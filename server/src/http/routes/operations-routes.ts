import { classIdSchema, drainSchema, healthSchema, livenessSchema, operatorStatusSchema } from '@lectern/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requireRight } from '../../identity/account-rights.ts';
import { recordAudit } from '../../identity/audit.ts';
import { BearerToken } from '../../identity/bearer-token.ts';
import { EXPOSITION_TYPE } from '../../operations/exposition.ts';
import { networkOf } from '../network-address.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const UNAVAILABLE = 503;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;
/** What whoever may not read the metrics is told, with the remedy. */
const REFUSALS = {
  'not-here': {
    status: FORBIDDEN,
    text: 'Without LECTERN_METRICS_TOKEN metrics are given to this machine alone, and to nobody behind a proxy. Set it on the server, and send it as "Authorization: Bearer TOKEN".',
  },
  'no-token': {
    status: UNAUTHORIZED,
    text: 'Metrics need the header "Authorization: Bearer TOKEN" with the token that LECTERN_METRICS_TOKEN has on the server. No such header came.',
  },
  'wrong-token': {
    status: UNAUTHORIZED,
    text: 'The token in the header "Authorization: Bearer TOKEN" is not the one that LECTERN_METRICS_TOKEN has on the server.',
  },
} as const;

/** The operator's page, and what programs ask: is the process alive, is it ready, what are its metrics. */
export function addOperationsRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { operations } = parts;

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/operator/status',
    answer: operatorStatusSchema,
    handle: async ({ requireAccount }) => {
      requireRight(await requireAccount(), 'run the platform');
      return operations.status();
    },
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/operator/drain',
    body: drainSchema,
    answer: operatorStatusSchema,
    handle: async ({ body, requireAccount }) => {
      const operator = await requireAccount();
      requireRight(operator, 'prepare for an update');
      const action = body.drain ? 'platform.drain' : 'platform.drain-end';
      await recordAudit(parts.database, operator.accountId, { action, subject: null }, parts.now());
      operations.drain.set(body.drain);
      return operations.status();
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/operator/load-tests/:id',
    params: z.strictObject({ id: classIdSchema }),
    answer: operatorStatusSchema,
    handle: async ({ params, requireAccount }) => {
      const operator = await requireAccount();
      requireRight(operator, 'run the platform');
      await parts.loadTests.remove(params.id, operator.accountId);
      return operations.status();
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/healthz',
    answer: livenessSchema,
    handle: () => Promise.resolve({ status: 'ok' as const, version: operations.version }),
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/readyz',
    answer: healthSchema,
    handle: async ({ reply }) => {
      const state = await operations.readiness();
      if (state.status !== 'ok') reply.code(UNAVAILABLE);
      return state;
    },
  });

  app.get('/metrics', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const refused = refusalOf(parts, request);
    if (refused !== null) {
      const { status, text } = REFUSALS[refused];
      // The scheme is named where a token would help.
      if (status === UNAUTHORIZED) reply.header('www-authenticate', 'Bearer realm="Lectern metrics"');
      return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
    }
    return reply.type(EXPOSITION_TYPE).send(await operations.metrics());
  });
}

/**
 * Why this request may not read the metrics; null where it may. With a token: whoever has it. Without: who connects from this machine, where no proxy
 * stands in front; what one passes on is somebody else's, and may not say so. Throws `too-many` after many wrong tokens.
 */
function refusalOf({ operations }: HttpParts, request: FastifyRequest): keyof typeof REFUSALS | null {
  const { authorization, forwarded, 'x-forwarded-for': forwardedFor } = request.headers;
  const token = operations.metricsToken;
  if (token !== null) {
    if (token.fits(authorization, networkOf(request.ip))) return null;
    return BearerToken.isGiven(authorization) ? 'wrong-token' : 'no-token';
  }
  const isForwarded = forwarded !== undefined || forwardedFor !== undefined;
  const isHere = !operations.isProxied && !isForwarded && LOOPBACK.test(request.socket.remoteAddress ?? '');
  return isHere ? null : 'not-here';
}
