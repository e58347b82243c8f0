import { createHmac, timingSafeEqual } from 'node:crypto';
import { newToken } from './token.ts';

/**
 * A mark for a browser that has signed in to an account (OWASP calls it a device cookie). It is signed with what is kept of
 * the account's password: nothing needs to be stored, and every mark ends when the password changes.
 */
export function markDevice(passwordHash: string): string {
  const random = newToken();
  return `${random}.${sign(random, passwordHash)}`;
}

/** True when a browser got this mark by signing in with the password that the account has now. */
export function knowsDevice(mark: string, passwordHash: string): boolean {
  const [random = '', signature = ''] = mark.split('.');
  const given = Buffer.from(signature);
  const right = Buffer.from(sign(random, passwordHash));
  return given.length === right.length && timingSafeEqual(given, right);
}

/** The hash holds 128 random bits of salt: a mark gives nobody a way to try passwords on it. */
function sign(random: string, passwordHash: string): string {
  return createHmac('sha256', passwordHash).update(random).digest('base64url');
}
