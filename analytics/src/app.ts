import {
  classIdSchema,
  closeWindowRequestSchema,
  ingestRequestSchema,
  LecternError,
  MINIMUM_COHORT,
} from '@lectern/contracts';
import type { AnalyticsHealth, CloseWindowResponse, IngestResponse, Pacing } from '@lectern/contracts';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyError, FastifyInstance } from 'fastify';
import { z } from 'zod';
import { bearerCheck } from './bearer-token.ts';
import type { ClassSignals } from './class-signals.ts';

/** Ten thousand rows take about two megabytes. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Bodies are parsed by the contracts' schemas. Left to itself Fastify would load compilers for schemas of its own, four hundred
 * files of them.
 */
const NO_COMPILERS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error('A route has a schema for Fastify: bodies are parsed by the contracts.');
}

interface AppOptions {
  readonly token: string;
  readonly signals: ClassSignals;
  readonly health: () => Promise<AnalyticsHealth>;
  readonly logger: FastifyBaseLogger;
}

const classParameters = z.strictObject({ classId: classIdSchema });
const pacingQuery = z.strictObject({
  minimumCohort: z.coerce.number().int().min(MINIMUM_COHORT).default(MINIMUM_COHORT),
});

/** The HTTP side of the analytics process, as contracts/src/analytics.ts defines it. Does not listen yet. */
export function buildApp({ token, signals, health, logger }: AppOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    schemaController: { compilersFactory: NO_COMPILERS },
    forceCloseConnections: true,
  });
  const isAllowed = bearerCheck(token);

  app.addHook('onRequest', (request, _reply, done) => {
    done(isAllowed(request.headers.authorization) ? undefined : new LecternError('not-signed-in'));
  });
  app.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const known = knownError(error);
    if (known === null) logger.error({ err: error }, 'a request failed');
    const shown = known ?? new LecternError('internal');
    await reply.status(shown.status).send(shown.toWire());
  });
  app.setNotFoundHandler(async (_request, reply) => {
    const error = new LecternError('not-found');
    await reply.status(error.status).send(error.toWire());
  });

  app.post('/v1/signals', async (request): Promise<IngestResponse> => {
    const { rows } = ingestRequestSchema.parse(request.body);
    return { verdicts: await signals.ingest(rows) };
  });
  app.post('/v1/windows/close', async (request): Promise<CloseWindowResponse> =>
    signals.closeWindow(closeWindowRequestSchema.parse(request.body)),
  );
  app.get('/v1/classes/:classId/pacing', async (request): Promise<Pacing> => {
    const { classId } = classParameters.parse(request.params);
    return signals.pacing(classId, pacingQuery.parse(request.query).minimumCohort);
  });
  app.get('/v1/classes/:classId/closed', async (request) => {
    const { classId } = classParameters.parse(request.params);
    return { lastClosedWindow: await signals.newestClosed(classId) };
  });
  app.delete('/v1/classes/:classId/live', async (request, reply) => {
    await signals.dropLive(classParameters.parse(request.params).classId);
    return reply.status(204).send();
  });
  app.delete('/v1/classes/:classId', async (request, reply) => {
    await signals.erase(classParameters.parse(request.params).classId);
    return reply.status(204).send();
  });
  app.get('/v1/health', async (_request, reply) => {
    const found = await health();
    return reply.status(found.status === 'ok' ? 200 : 503).send(found);
  });
  return app;
}

/** The error as the caller may read it; null for a failure of ours. */
function knownError(error: FastifyError | z.ZodError | LecternError): LecternError | null {
  if (error instanceof LecternError) return error;
  if (error instanceof z.ZodError) return new LecternError('bad-request', { cause: error });
  if (error.statusCode === 413) return new LecternError('too-large', { cause: error });
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new LecternError('bad-request', { cause: error });
  return null;
}
