import { joinCardSchema, joinCodeSchema, seatSchema, takeSeatSchema } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { cardOf } from '../../courses/class-directory.ts';
import { AttemptLimit } from '../../identity/attempt-limit.ts';
import { networkOf } from '../network-address.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';
import { readSessionToken } from '../sign-in-cookie.ts';
import { carriesLoadToken } from './load-test-routes.ts';

const codeParams = z.strictObject({ code: joinCodeSchema });
/** Into one class a lecture hall of 2,000 may come from behind one address, and once more; a script may not go on for ever. */
const GUEST_SEATS = { attempts: 4_000, forgottenAfterMs: 60 * 60_000 };

/** The door of a class: what the join page shows, and the seat that it gives. */
export function addJoinRoutes(app: FastifyInstance, parts: HttpParts): void {
  const guestSeats = new AttemptLimit({ ...GUEST_SEATS, nowMs: () => parts.now().getTime() });
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/join/:code',
    params: codeParams,
    answer: joinCardSchema,
    handle: async ({ params, account }) => {
      const { detail } = await parts.classes.classByJoinCode(params.code);
      const signedIn = await account();
      const accountId = signedIn?.accountId ?? null;
      return {
        card: cardOf(detail),
        institution: parts.institution.current(),
        signedInAs: signedIn?.name ?? null,
        removed: await parts.seats.isRemoved(detail.classId, accountId),
        role: await parts.seats.roleIn(detail.courseId, accountId),
      };
    },
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/join/:code',
    params: codeParams,
    body: takeSeatSchema,
    answer: seatSchema,
    handle: async ({ params, body, account, request }) => {
      const signedIn = await account();
      const sitter = signedIn && { ...signedIn, session: readSessionToken(request) };
      const take = () =>
        parts.seats.takeSeat(params.code, { account: sitter, name: body.name, keep: body.keep, at: parts.now() });
      // Accounts and kept seats make no new ones.
      if (signedIn || body.keep) return take();
      if (carriesLoadToken(parts, request) && (await parts.classes.classByJoinCode(params.code)).detail.synthetic) {
        return take();
      }
      const door = `${params.code} ${networkOf(request.ip)}`;
      guestSeats.check(door);
      guestSeats.count(door);
      try {
        return await take();
      } catch (error) {
        guestSeats.takeBack(door);
        throw error;
      }
    },
  });
}
