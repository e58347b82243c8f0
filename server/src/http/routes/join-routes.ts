import { joinCardSchema, joinCodeSchema, seatSchema, takeSeatSchema } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { cardOf } from '../../courses/class-directory.ts';
import { AttemptLimit } from '../../identity/attempt-limit.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';
import { readSessionToken } from '../sign-in-cookie.ts';

const codeParams = z.strictObject({ code: joinCodeSchema });
/** Seats of a class that guests may take within an hour, wherever from, as a multiple of the people it takes. */
const SEATS_PER_PLACE = 10;
const SEATS_FORGOTTEN_AFTER_MS = 60 * 60_000;
/** An account sits down once in a class, and again on each of its devices. */
const ACCOUNT_JOINS = { attempts: 60, forgottenAfterMs: 10 * 60_000 };

/** The door of a class: what the join page shows, and the seat that it gives. */
export function addJoinRoutes(app: FastifyInstance, parts: HttpParts): void {
  const nowMs = () => parts.now().getTime();
  const accountJoins = new AttemptLimit({ ...ACCOUNT_JOINS, nowMs });
  const classSeats = new AttemptLimit({
    attempts: SEATS_PER_PLACE * parts.studentsPerClass,
    forgottenAfterMs: SEATS_FORGOTTEN_AFTER_MS,
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
      if (signedIn) {
        accountJoins.check(signedIn.accountId);
        accountJoins.count(signedIn.accountId);
      }
      // Accounts and kept seats make no new ones.
      if (signedIn || body.keep) return take();
      const caller = { address: request.ip, headers: request.headers };
      if (parts.addressLimits.isLiftedFor(caller) && (await isLoadTest(params.code))) return take();
      classSeats.check(params.code);
      const takeBack = parts.addressLimits.seat(caller, params.code);
      classSeats.count(params.code);
      try {
        return await take();
      } catch (error) {
        takeBack();
        classSeats.takeBack(params.code);
        throw error;
      }
    },
  });
}
