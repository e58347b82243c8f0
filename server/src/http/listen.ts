import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { StartError } from '../store/store.ts';
import { reachableHost } from './network-address.ts';
import { CAN_SHARE_PORT } from './wide-door.ts';

/**
 * Connections that wait to be taken, where the kernel allows as many (net.core.somaxconn, 4,096 by itself on Linux). With Node's 511 a class that
 * comes within a second or two overflows it, and whoever is turned away so tries again after one, three and seven seconds.
 */
export const BACKLOG = 4_096;

type Place = Pick<Config['http'], 'host' | 'port'>;

/** Tried before anything slow is started, so that a taken port is told at once. Rejects with a StartError. */
export function requireFreePort({ host, port }: Place): Promise<void> {
  if (port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      reject(explain(error, { host, port }));
    });
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => {
        resolve();
      });
    });
  });
}

/** Starts to listen and gives the address by which browsers reach the server. Rejects with a StartError. */
export async function listen(app: FastifyInstance, place: Place, isTls: boolean): Promise<string> {
  const { host } = place;
  // Sockets that share a port are refused by nobody: another server may have come since the first look.
  await requireFreePort(place);
  try {
    await app.listen({ ...place, backlog: BACKLOG, ...(CAN_SHARE_PORT ? { reusePort: true } : {}) });
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, place);
  }
  const { port } = app.server.address() as AddressInfo;
  const reachable = reachableHost(host);
  return `${isTls ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function explain(error: NodeJS.ErrnoException, { host, port }: Place): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken by another program. Stop that one, or set LECTERN_HTTP_PORT to a free port.`,
    EACCES: `Port ${port} may not be opened by this user. Set LECTERN_HTTP_PORT to one from 1024 on.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Correct LECTERN_HTTP_HOST.`,
    ENOTFOUND: `This machine does not know the name ${host}. Correct LECTERN_HTTP_HOST.`,
  };
  const reason = error.code === undefined ? undefined : reasons[error.code];
  return reason === undefined ? error : new StartError(reason, { cause: error });
}
