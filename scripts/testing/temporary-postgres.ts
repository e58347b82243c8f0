import { spawn } from 'node:child_process';
import { access, chown, constants, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SetUpError } from '../bootstrap/step.mjs';
import { runProgram } from '../run-program.ts';

/** A PostgreSQL server of its own, empty, on a loopback port; `stop` ends it and removes its files. */
export interface TemporaryPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Debian keeps the server's programs off the path, by release. */
const DEBIAN_BINARIES = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 30_000;

/** The directory with the programs of the newest installed release; null when none is installed. */
export async function postgresBinaries(): Promise<string | null> {
  const releases = (await readdir(DEBIAN_BINARIES).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const candidates = [
    ...releases.map((release) => join(DEBIAN_BINARIES, release, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  for (const directory of candidates) {
    const programs = ['initdb', 'postgres'].map((name) => access(join(directory, name), constants.X_OK));
    if ((await Promise.allSettled(programs)).every(({ status }) => status === 'fulfilled')) return directory;
  }
  return null;
}

/** Starts one with the newest installed release; null when none is installed. Rejects with a SetUpError when it does not start. */
export async function startPostgres(): Promise<TemporaryPostgres | null> {
  const binaries = await postgresBinaries();
  if (binaries === null) return null;
  const directory = await mkdtemp(join(tmpdir(), 'lectern-postgres-'));
  try {
    return await startIn(directory, (name) => join(binaries, name));
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(directory: string, bin: (name: string) => string): Promise<TemporaryPostgres> {
  const owner = await unprivilegedUser();
  if (owner !== null) await chown(directory, owner.uid, owner.gid);
  const identity = owner ?? {};
  await runProgram(bin('initdb'), ['-D', join(directory, 'data'), '-U', 'lectern', '-A', 'trust', '--no-sync'], {
    cwd: directory,
    remedy: 'See that the package postgresql is complete.',
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
  try {
    await untilReady(child.stderr, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgresql://lectern@127.0.0.1:${port}/postgres`, stop };
}

function untilReady(log: Readable, ended: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new SetUpError('PostgreSQL did not start in time.')), START_TIMEOUT_MS);
    void ended.then(() => {
      clearTimeout(timer);
      reject(new SetUpError('PostgreSQL ended while it started.'));
    });
    createInterface({ input: log }).on('line', (line) => {
      if (!line.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
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
