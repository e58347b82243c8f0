import { drainSchema, healthSchema, livenessSchema, operatorStatusSchema } from '@lectern/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireRight } from '../../identity/account-rights.ts';
import { recordAudit } from '../../identity/audit.ts';
import { EXPOSITION_TYPE } from '../../operations/exposition.ts';
import { networkOf } from '../network-address.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';

const FORBIDDEN = 403;
const UNAVAILABLE = 503;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;
const NOT_HERE =
  'Metrics are given to this machine alone, and to nobody behind a proxy. Else set LECTERN_METRICS_TOKEN and send it as "Authorization: Bearer".\n';

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
    if (!mayScrape(parts, request)) return reply.code(FORBIDDEN).type('text/plain; charset=utf-8').send(NOT_HERE);
    return reply.type(EXPOSITION_TYPE).send(await operations.metrics());
  });
}

/**
 * With a token: whoever has it. Without: who connects from this machine, where no proxy stands in front; what one passes on is somebody else's, and
 * may not say so.
 */
function mayScrape({ operations }: HttpParts, request: FastifyRequest): boolean {
  const { authorization, forwarded, 'x-forwarded-for': forwardedFor } = request.headers;
  const token = operations.metricsToken;
  if (token !== null) return token.fits(authorization, networkOf(request.ip));
  const isForwarded = forwarded !== undefined || forwardedFor !== undefined;
  return !operations.isProxied && !isForwarded && LOOPBACK.test(request.socket.remoteAddress ?? '');
}
