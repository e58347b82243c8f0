import type { AccountId } from '@lectern/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpParts } from './parts.ts';
import { readSessionToken, setDeviceMark, setSessionToken } from './sign-in-cookie.ts';

/**
 * Hands a fresh session to the browser, and the mark by which it is known at the next sign-in. What the browser had
 * before ends: neither a token nor the seats taken under it outlive a change of who is signed in, and pages that sit on
 * them leave their classes. Seats of the same account go on under the fresh session, so that signing in again puts nobody
 * out of a class.
 */
export async function handSession(
  parts: HttpParts,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  accountId: AccountId,
  session: string,
): Promise<void> {
  const before = readSessionToken(request);
  if (before !== null) await parts.news.seatsShut(await parts.sessions.replace(before, session, accountId));
  setSessionToken(request, reply, session);
  setDeviceMark(request, reply, await parts.accounts.deviceMark(accountId));
}
