import { createHmac, randomUUID } from 'node:crypto';
import type { TransportOptions } from '@lectern/contracts';
import type { MediaConfig } from './media-config.ts';

/** Longer than any class; coturn refuses the credentials afterwards. */
const CREDENTIAL_LIFETIME_S = 12 * 60 * 60;

/**
 * The TURN servers with credentials that expire by themselves (coturn's `use-auth-secret`: the user name is the expiry in
 * Unix seconds and a random name, the password its HMAC-SHA-1 under the shared secret). Empty without TURN.
 */
export function iceServers(turn: MediaConfig['turn'], nowMs: number): TransportOptions['iceServers'] {
  if (!turn) return [];
  const username = `${Math.floor(nowMs / 1000) + CREDENTIAL_LIFETIME_S}:${randomUUID()}`;
  const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
  return [{ urls: [...turn.urls], username, credential }];
}
