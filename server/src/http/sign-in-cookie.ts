import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The `__Host-` prefix makes the browser insist on https, this host and the root path. */
const cookieName = (secure: boolean) => (secure ? '__Host-lectern' : 'lectern');
const markName = (secure: boolean) => `${cookieName(secure)}-device`;
const DAY_SECONDS = 24 * 60 * 60;
const LONGEST_SECONDS = 90 * DAY_SECONDS;
const MARK_SECONDS = 365 * DAY_SECONDS;
const TOKEN = /^[\w-]{20,128}$/;
const MARK = /^[\w-]{20,128}\.[\w-]{20,128}$/;

function options(secure: boolean) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
}

/** The session's token that the browser sent; null when it sent none that could be one. */
export function readSessionToken(request: FastifyRequest): string | null {
  const token = request.cookies[cookieName(request.protocol === 'https')];
  return token !== undefined && TOKEN.test(token) ? token : null;
}

/** Hands the token to the browser; when the session really ends is the server's to say. */
export function setSessionToken(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const secure = request.protocol === 'https';
  reply.setCookie(cookieName(secure), token, { ...options(secure), maxAge: LONGEST_SECONDS });
}

/** Makes the browser forget the token. */
export function clearSessionToken(request: FastifyRequest, reply: FastifyReply): void {
  const secure = request.protocol === 'https';
  reply.clearCookie(cookieName(secure), options(secure));
}

/** What marks the browser as one that signed in to an account before; null when it sent nothing that could be such a mark. */
export function readDeviceMark(request: FastifyRequest): string | null {
  const mark = request.cookies[markName(request.protocol === 'https')];
  return mark !== undefined && MARK.test(mark) ? mark : null;
}

/** Marks the browser. The mark outlives the session: it opens nothing. */
export function setDeviceMark(request: FastifyRequest, reply: FastifyReply, mark: string): void {
  const secure = request.protocol === 'https';
  reply.setCookie(markName(secure), mark, { ...options(secure), maxAge: MARK_SECONDS });
}

/** Makes the browser forget its mark. */
export function clearDeviceMark(request: FastifyRequest, reply: FastifyReply): void {
  const secure = request.protocol === 'https';
  reply.clearCookie(markName(secure), options(secure));
}
