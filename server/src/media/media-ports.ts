import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { StartError } from '../store/store.ts';

const TRIES = 20;

/**
 * The ports of the workers: counting up from `firstPort`, or free ones when it is 0. Each is free on UDP and TCP at the time of
 * the call. Rejects with a StartError that names a port that is taken.
 */
export async function mediaPorts(host: string, firstPort: number, count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let index = 0; index < count; index += 1) {
    if (firstPort === 0) {
      ports.push(await freePort(host));
      continue;
    }
    const port = firstPort + index;
    const problem = port > 65_535 ? 'there is no such port' : await bindProblem(host, port);
    if (problem !== null) {
      throw new StartError(
        `Media port ${port} of ${host} cannot be used (${problem}). The ${count} media workers need the ports from ${firstPort} ` +
          `to ${firstPort + count - 1}, UDP and TCP. Stop what uses it, or set LECTERN_MEDIA_PORT.`,
      );
    }
    ports.push(port);
  }
  return ports;
}

/** Rejects when the machine has no port that is free on both. */
async function freePort(host: string): Promise<number> {
  for (let left = TRIES; left > 0; left -= 1) {
    const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const port = await new Promise<number>((resolve, reject) => {
      udp.once('error', reject);
      udp.bind(0, host, () => {
        resolve(udp.address().port);
      });
    });
    const problem = await tcpProblem(host, port);
    await new Promise<void>((resolve) => {
      udp.close(() => {
        resolve();
      });
    });
    if (problem === null) return port;
  }
  throw new StartError(`No free media port was found on ${host}. Set LECTERN_MEDIA_PORT to one that is free.`);
}

async function bindProblem(host: string, port: number): Promise<string | null> {
  const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const problem = await new Promise<string | null>((resolve) => {
    udp.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    udp.bind(port, host, () => {
      resolve(null);
    });
  });
  await new Promise<void>((resolve) => {
    udp.close(() => {
      resolve();
    });
  });
  return problem === null ? tcpProblem(host, port) : `UDP: ${problem}`;
}

async function tcpProblem(host: string, port: number): Promise<string | null> {
  const tcp = createServer();
  const problem = await new Promise<string | null>((resolve) => {
    tcp.once('error', (error: NodeJS.ErrnoException) => {
      resolve(`TCP: ${error.code ?? error.message}`);
    });
    tcp.listen(port, host, () => {
      resolve(null);
    });
  });
  await new Promise<void>((resolve) => {
    tcp.close(() => {
      resolve();
    });
  });
  return problem;
}
