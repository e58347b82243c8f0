import { joinCardSchema, joinCodeSchema, seatSchema, takeSeatSchema } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { cardOf } from '../../courses/class-directory.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';

const codeParams = z.strictObject({ code: joinCodeSchema });

/** The door of a class: what the join page shows, and the seat that it gives. */
export function addJoinRoutes(app: FastifyInstance, parts: HttpParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/join/:code',
    params: codeParams,
    answer: joinCardSchema,
    handle: async ({ params, account }) => {
      const { detail } = await parts.classes.classByJoinCode(params.code);
      const signedIn = await account();
      return {
        card: cardOf(detail),
        institution: parts.institution.current(),
        signedInAs: signedIn?.name ?? null,
        role: await parts.seats.roleIn(detail.courseId, signedIn?.accountId ?? null),
      };
    },
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/join/:code',
    params: codeParams,
    body: takeSeatSchema,
    answer: seatSchema,
    handle: async ({ params, body, account }) =>
      parts.seats.takeSeat(params.code, {
        account: await account(),
        name: body.name,
        keep: body.keep,
        at: parts.now(),
      }),
  });
}
