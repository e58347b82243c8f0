import { joinCardSchema, joinCodeSchema, seatSchema, takeSeatSchema } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { cardOf } from '../../courses/class-directory.ts';
import { AttemptLimit } from '../../identity/attempt-limit.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';
import { readSessionToken } from '../sign-in-cookie.ts';

const codeParams = z.strictObject({ code: joinCodeSchema });
/** An account sits down once in a class, and again on each of its devices. */
const JOINS_FORGOTTEN_AFTER_MS = 10 * 60_000;

/** The door of a class: what the join page shows, and the seat that it gives. */
export function addJoinRoutes(app: FastifyInstance, parts: HttpParts): void {
  const nowMs = () => parts.now().getTime();
  const accountJoins = new AttemptLimit({
    attempts: parts.accountLimits.joins,
    forgottenAfterMs: JOINS_FORGOTTEN_AFTER_MS,
    nowMs,
  });
  const isLoadTest = async (code: string) => (await parts.classes.classByJoinCode(code)).detail.synthetic;
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/join/:code',
    params: codeParams,
    answer: joinCardSchema,
    handle: async ({ params, account }) => {
      const { detail } = await parts.classes.classByJoinCode(params.code);
      const signedIn = await account();
      const accountId = signedIn?.accountId ?? null;
      const seat = await parts.seats.ofAccount(detail.classId, accountId);
      return {
        card: cardOf(detail),
        institution: parts.institution.current(),
        signedInAs: signedIn?.name ?? null,
        removed: seat?.removed ?? false,
        inside: seat !== null && parts.isConnected(detail.classId, seat.seatId),
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
      if (signedIn) {
        accountJoins.check(signedIn.accountId);
        accountJoins.count(signedIn.accountId);
      }
      // Accounts and kept seats make no new ones.
      if (signedIn || body.keep) return take();
      const caller = { address: request.ip, headers: request.headers };
      if (parts.addressLimits.isLifted(caller) && (await isLoadTest(params.code))) return take();
      const counted = parts.addressLimits.guestSeats.take(caller.address, params.code);
      try {
        const seat = await take();
        counted.given(seat.seatId);
        return seat;
      } catch (error) {
        counted.takeBack();
        throw error;
      }
    },
  });
}
