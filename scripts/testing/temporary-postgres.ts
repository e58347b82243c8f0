import { spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runProgram } from '../run-program.ts';

/** A PostgreSQL server of its own, empty, on a loopback port; `stop` ends it and removes its files. */
export interface TemporaryPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

const BINARIES = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 30_000;

/** Starts one with the newest installed release; null when none is installed. */
export async function startPostgres(): Promise<TemporaryPostgres | null> {
  const releases = (await readdir(BINARIES).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const release = releases[0];
  if (release === undefined) return null;
  const bin = (name: string): string => join(BINARIES, release, 'bin', name);
  const owner = await unprivilegedUser();
  const directory = await mkdtemp(join(tmpdir(), 'lectern-postgres-'));
  if (owner !== null) await chown(directory, owner.uid, owner.gid);
  const remedy = 'See that the package postgresql is complete.';
  const identity = owner ?? {};
  await runProgram(bin('initdb'), ['-D', join(directory, 'data'), '-U', 'lectern', '-A', 'trust', '--no-sync'], {
    cwd: directory,
    remedy,
    ...identity,
  });
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: directory, fsync: 'off' };
  const child = spawn(
    bin('postgres'),
    ['-D', join(directory, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], ...identity },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('PostgreSQL did not start in time')), START_TIMEOUT_MS);
    void ended.then(() => reject(new Error('PostgreSQL ended while it started')));
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!line.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgresql://lectern@127.0.0.1:${port}/postgres`, stop };
}

/** PostgreSQL refuses to run as root: then the user that its package made. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const remedy = 'The package postgresql makes the user postgres.';
  const ids = await Promise.all(['-u', '-g'].map((option) => runProgram('id', [option, 'postgres'], { remedy })));
  return { uid: Number(ids[0]), gid: Number(ids[1]) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
