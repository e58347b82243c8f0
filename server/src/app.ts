import cookie from '@fastify/cookie';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import type { HttpParts } from './http/parts.ts';
import { addAttentionFiles, addPages } from './http/pages.ts';
import { boundPipelining } from './http/pipelining.ts';
import { addAccountRoutes, addOperatorRoutes } from './http/routes/account-routes.ts';
import { addClassRoutes, addCourseRoutes, addInvitationRoutes } from './http/routes/course-routes.ts';
import { addInstitutionRoutes } from './http/routes/institution-routes.ts';
import { addJoinRoutes } from './http/routes/join-routes.ts';
import { addLoadTestRoutes } from './http/routes/load-test-routes.ts';
import { addOperationsRoutes } from './http/routes/operations-routes.ts';
import { addSessionRoutes } from './http/routes/session-routes.ts';
import { CrossSiteLog, requireSameOrigin } from './http/same-origin.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { toLecternError } from './http/wire-error.ts';
import type { RequestTimes } from './operations/request-times.ts';

/**
 * Bodies are parsed by the contracts' schemas. Left to itself Fastify would load compilers for schemas of its own, four hundred
 * files of them.
 */
const NO_COMPILERS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error('A route has a schema for Fastify: bodies are parsed by the contracts.');
}

/** The certificate and key, PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

const MOST_BETWEEN_CHECKS_MS = 5_000;

/** Builds the HTTP side without listening: every route of the contract, the pages, and the answers to all that goes wrong. */
export async function buildApp(
  config: Pick<Config, 'http' | 'clientDir' | 'attentionDir' | 'requestLimits'>,
  tls: TlsMaterial | null,
  parts: HttpParts,
): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = parts.logger;
  const { bytes, withinMs, pipelined } = config.requestLimits;
  // Node looks for those who dawdle each half minute by itself.
  const dawdlers = { connectionsCheckingInterval: Math.min(withinMs, MOST_BETWEEN_CHECKS_MS) };
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bytes,
    schemaController: { compilersFactory: NO_COMPILERS },
    // A client that dawdles over its request's headers or body, or says nothing at all, gives its connection back.
    requestTimeout: withinMs,
    trustProxy: (_address, hop) => hop < config.http.trustedProxies,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    // Fastify's types tie the server to its protocol; everything here works with both alike.
    ...(tls ? { https: { ...tls, ...dawdlers, handshakeTimeout: withinMs } as unknown as null } : { http: dawdlers }),
  });
  await app.register(cookie);
  acceptJsonOnly(app);
  boundPipelining(app, pipelined);
  const hsts = trustedHttps(config);
  const own = { publicOrigin: config.http.publicUrl };
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply, hsts && request.protocol === 'https');
    requireSameOrigin(request, own);
    if (request.url.startsWith('/api/')) parts.addressLimits.request({ address: request.ip, headers: request.headers });
  });
  const crossSite = new CrossSiteLog(logger, parts.now);
  addErrors(app, (request) => {
    crossSite.note(request, own);
  });
  addRequestLog(app, parts.operations.requests);

  addSessionRoutes(app, parts);
  addAccountRoutes(app, parts);
  addOperatorRoutes(app, parts);
  addInstitutionRoutes(app, parts);
  addCourseRoutes(app, parts);
  addInvitationRoutes(app, parts);
  addClassRoutes(app, parts);
  addJoinRoutes(app, parts);
  addLoadTestRoutes(app, parts);
  addOperationsRoutes(app, parts);
  await addAttentionFiles(app, config.attentionDir);
  await addPages(app, config.clientDir);
  return app;
}

/** With a certificate of our own making, or none, the browser's way past a warning must stay open. */
function trustedHttps({ http }: Pick<Config, 'http'>): boolean {
  return http.tls !== null || (http.publicUrl?.startsWith('https:') ?? false);
}

function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
}

function addErrors(app: FastifyInstance, noteCrossSite: (request: FastifyRequest) => void): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = toLecternError(thrown);
    if (error.code === 'cross-site') noteCrossSite(request);
    if (error.code === 'internal') request.log.error({ err: error.cause ?? error }, 'a request failed');
    if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
    return reply.code(error.status).header('cache-control', 'no-store').send(error.toWire());
  });
}

/** The pattern of the route, not the address: addresses hold tokens and join codes. */
function addRequestLog(app: FastifyInstance, times: RequestTimes): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const { url: route } = request.routeOptions;
    const { statusCode: status, elapsedTime: ms } = reply;
    times.note({ method, route, status, ms });
    request.log.debug({ method, route: route ?? 'unknown', status, ms: Math.round(ms) }, 'answered');
  });
}
