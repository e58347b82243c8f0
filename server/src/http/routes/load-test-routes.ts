import { classIdSchema, loadTestCreateSchema, loadTestResultSchema, loadTestSchema } from '@lectern/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { networkOf } from '../network-address.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';

const CREATED = 201;
const classParams = z.strictObject({ id: classIdSchema });

/** Load tests: whoever has the token, and nobody else, makes and removes classes that are marked as synthetic. */
export function addLoadTestRoutes(app: FastifyInstance, parts: HttpParts): void {
  const requireToken = (request: FastifyRequest) => {
    parts.loadToken.require(request.headers, networkOf(request.ip));
  };

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/load-tests',
    before: requireToken,
    body: loadTestCreateSchema,
    answer: loadTestSchema,
    handle: async ({ body, reply }) => {
      const made = await parts.loadTests.create(body);
      reply.code(CREATED);
      return made;
    },
  });

  addRoute(app, parts, {
    method: 'DELETE',
    url: '/api/load-tests/:id',
    before: requireToken,
    params: classParams,
    answer: null,
    handle: ({ params }) => parts.loadTests.remove(params.id),
  });

  addRoute(app, parts, {
    method: 'PUT',
    url: '/api/load-tests/last',
    before: requireToken,
    body: loadTestResultSchema,
    answer: null,
    handle: ({ body }) => parts.loadTests.keepResult(body),
  });
}
