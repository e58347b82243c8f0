import {
  institutionChangeSchema,
  institutionSchema,
  sessionSchema,
  setUpSchema,
  setUpStateSchema,
  tokenSchema,
} from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireRight } from '../../identity/account-rights.ts';
import { recordAudit } from '../../identity/audit.ts';
import { hashPassword } from '../../identity/password.ts';
import type { HttpParts } from '../parts.ts';
import { addRoute } from '../route.ts';
import { isFromThisMachine } from '../same-machine.ts';
import { handSession } from '../session-hand-over.ts';

const tokenParams = z.strictObject({ token: tokenSchema });

/** The institution's rules, and the set-up that fixes them and creates the first account. */
export function addInstitutionRoutes(app: FastifyInstance, parts: HttpParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/api/institution',
    answer: institutionSchema,
    handle: () => Promise.resolve(parts.institution.current()),
  });

  addRoute(app, parts, {
    method: 'PUT',
    url: '/api/institution',
    body: institutionChangeSchema,
    answer: institutionSchema,
    handle: async ({ body, requireAccount }) => {
      const operator = await requireAccount();
      requireRight(operator, 'set the institution');
      const written = await parts.database.transaction(async (database) => {
        const at = parts.now();
        const { jurisdiction, signalMode } = body;
        const entry = { action: 'institution.change', subject: null } as const;
        await recordAudit(database, operator.accountId, entry, at, { jurisdiction, signalMode });
        return parts.institution.write(body, at, database);
      });
      const changed = parts.institution.adopt(written);
      await parts.news.institutionChanged();
      return changed;
    },
  });

  addRoute(app, parts, {
    method: 'GET',
    url: '/api/set-up/:token',
    params: tokenParams,
    answer: setUpStateSchema,
    handle: async ({ params, request }) => {
      parts.setUpLink.require(params.token, await parts.accounts.operatorExists());
      return {
        institution: parts.institution.current(),
        trial: isFromThisMachine(request),
        warnings: [...parts.warnings()],
      };
    },
  });

  addRoute(app, parts, {
    method: 'POST',
    url: '/api/set-up/:token',
    params: tokenParams,
    body: setUpSchema,
    answer: sessionSchema,
    handle: async ({ params, body, request, reply }) => {
      const { account, session } = await parts.setUpLink.use(params.token, await parts.accounts.operatorExists(), () =>
        setUp(parts, body),
      );
      await handSession(parts, { request, reply }, account.accountId, session);
      return { account };
    },
  });
}

async function setUp(parts: HttpParts, { name, email, password, institution }: z.output<typeof setUpSchema>) {
  const passwordHash = await hashPassword(password);
  const { written, ...created } = await parts.database.transaction(async (database) => {
    const at = parts.now();
    const account = await parts.accounts.create(database, {
      email,
      name,
      passwordHash,
      roles: ['operator', 'instructor'],
    });
    const session = await parts.sessions.open(account.accountId, database);
    await recordAudit(database, account.accountId, { action: 'platform.set-up', subject: null }, at);
    return { account, session, written: await parts.institution.write(institution, at, database) };
  });
  parts.institution.adopt(written);
  return created;
}
