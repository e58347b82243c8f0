import { LecternError } from '@lectern/contracts';
import type { FastifyRequest } from 'fastify';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a Host header may look like: a name, an IPv4 or a bracketed IPv6 address, and a port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** The origin by which the browser knows us in this request; null when the Host header is no such thing. */
export function ownOrigin(request: FastifyRequest): string | null {
  return HOST.test(request.host) ? `${request.protocol}://${request.host}` : null;
}

/**
 * Throws `cross-site` for a state-changing request that another site may have caused. Browsers send Origin with these and
 * say in Sec-Fetch-Site where they come from; a client without both is no browser and carries nobody's cookie unasked,
 * and must then send JSON, which no form can.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  if (READING.has(request.method)) return;
  const { origin, 'sec-fetch-site': site, 'content-type': contentType } = request.headers;
  if (site !== undefined && site !== 'same-origin') throw new LecternError('cross-site');
  if (origin !== undefined && origin !== ownOrigin(request)) throw new LecternError('cross-site');
  const isJson = contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  const saysWhence = site !== undefined || origin !== undefined;
  if (!isJson && (hasBody || !saysWhence)) throw new LecternError('cross-site');
}
