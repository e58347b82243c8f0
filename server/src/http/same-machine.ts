import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/**
 * True when the request comes from the machine that we run on: it opened a name that means no other, or connects from the very
 * address that it connects to, which no other machine can. What a proxy passes on is somebody else's.
 */
export function isFromThisMachine(request: Pick<FastifyRequest, 'hostname' | 'headers'> & { socket: Ends }): boolean {
  if (LOCAL_HOSTS.has(request.hostname)) return true;
  if (request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined) return false;
  const { remoteAddress, localAddress } = request.socket;
  return remoteAddress !== undefined && remoteAddress === localAddress;
}

type Ends = Pick<Socket, 'remoteAddress' | 'localAddress'>;
