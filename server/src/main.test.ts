import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { PROTOCOL_VERSION, SIGNALLING_PATH } from '@lectern/contracts';
import type { Health } from '@lectern/contracts';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPglite } from './store/pglite-database.ts';
import { ServerProcess } from './test-server-process.ts';
import type { ServerProcessOptions } from './test-server-process.ts';

const asRoot = process.getuid?.() === 0;
const account = {
  name: 'Ada',
  email: 'ada@campus.test',
  password: 'a long enough password',
  institution: { responsibleBody: 'Campus', contact: 'c', jurisdiction: 'eu', signalMode: 'off' },
};

/** Signs in, plans a class, takes a seat and stands in the class over signalling. */
async function joinClass({ url }: ServerProcess): Promise<Socket> {
  let cookie = '';
  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBe(200);
    cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? cookie;
    return response.json() as Promise<Record<string, string>>;
  };
  await post('/api/session', { email: account.email, password: account.password });
  const { courseId = '' } = await post('/api/courses', { title: 'Algebra' });
  const { joinCode = '' } = await post(`/api/courses/${courseId}/classes`, { title: 'Rings' });
  const { classId, seatId, seatSecret } = await post(`/api/join/${joinCode}`, {});
  const socket = io(url, {
    path: SIGNALLING_PATH,
    transports: ['websocket'],
    reconnection: false,
    auth: { protocol: PROTOCOL_VERSION, classId, seatId, seatSecret },
  });
  const first = await new Promise<{ type: string }>((resolve, reject) => {
    socket.once('message', resolve);
    socket.once('connect_error', reject);
  });
  expect(first.type).toBe('snapshot');
  return socket;
}

/** False where mounting is not allowed. */
async function mountTmpfs(directory: string, option: string): Promise<boolean> {
  const [code] = (await once(
    spawn('mount', ['-t', 'tmpfs', '-o', option, 'tmpfs', directory], { stdio: 'ignore' }),
    'close',
  )) as [number];
  return code === 0;
}

async function unmount(directory: string): Promise<void> {
  await once(spawn('umount', [directory], { stdio: 'ignore' }), 'close');
}

async function healthOf({ url }: ServerProcess): Promise<Health> {
  return (await fetch(`${url}/readyz`)).json() as Promise<Health>;
}

async function parts(server: ServerProcess): Promise<object> {
  const { analytics, media } = (await healthOf(server)).parts;
  return { analytics: analytics.status, media: media.status };
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('the server as a process', { timeout: 120_000 }, () => {
  let directory: string;
  /** A data directory that has been started once, so that later starts need not make a store. */
  let dataDir: string;
  let setUpUrl: string | undefined;

  const running: ServerProcess[] = [];

  async function start(environment: Record<string, string> = {}, options: Partial<ServerProcessOptions> = {}) {
    const server = await ServerProcess.ready({
      environment: { LECTERN_DATA_DIR: dataDir, ...environment },
      workingDirectory: directory,
      ...options,
    });
    running.push(server);
    return server;
  }
  const fail = async (environment: Record<string, string>, options: Partial<ServerProcessOptions> = {}) => {
    const server = ServerProcess.spawn({
      environment: { LECTERN_DATA_DIR: dataDir, ...environment },
      workingDirectory: directory,
      ...options,
    });
    const { code, output } = await server.ended;
    expect(code, output).toBe(1);
    // One sentence for a person, no stack.
    expect(output).toContain('Lectern could not start.');
    expect(output).not.toMatch(/\n\s+at /);
    return output;
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'lectern-main-'));
    chmodSync(directory, 0o755);
    dataDir = join(directory, 'data');
    const server = await start();
    setUpUrl = server.setUpUrl;
    await server.end();
  }, 120_000);
  afterEach(async () => {
    for (const server of running.splice(0)) await server.end('SIGKILL');
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('prints where it is, is healthy then, and offers a new set-up link until one was used', async () => {
    const first = await start();
    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${first.url}/readyz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ok',
      parts: { database: { status: 'ok' }, media: { status: 'ok' } },
    } satisfies Pick<Health, 'status'> & { parts: object });
    expect(first.setUpUrl).toMatch(new RegExp(`^${first.url}/set-up/[\\w-]{43}$`));
    expect(first.setUpUrl?.slice(-43)).not.toBe(setUpUrl?.slice(-43));
    const used = await fetch(first.setUpUrl?.replace('/set-up/', '/api/set-up/') ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    expect(used.status).toBe(200);
    await first.end();

    const second = await start();
    expect(second.setUpUrl).toBeUndefined();
    const session = await fetch(`${second.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: account.email, password: account.password }),
    });
    expect(await session.json()).toMatchObject({ account: { name: 'Ada', roles: ['operator', 'instructor'] } });
    await second.end();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends within five seconds of a %s and leaves no process, lock or port',
    async (signal) => {
      const server = await start();
      const { port } = new URL(server.url);
      const descendants = server.descendants();
      expect(descendants.length).toBeGreaterThan(0);
      // A page with a kept connection and one in a class must not hold up the end.
      const kept = await fetch(`${server.url}/readyz`, { headers: { connection: 'keep-alive' } });
      await kept.text();
      const socket = await joinClass(server);
      const before = performance.now();
      server.child.kill(signal);
      server.child.kill(signal);
      const { code } = await server.ended;
      expect(performance.now() - before).toBeLessThan(5_000);
      expect(code).toBe(0);
      socket.close();
      for (const pid of descendants) expect(() => process.kill(pid, 0), `process ${pid}`).toThrow('ESRCH');
      expect(existsSync(join(dataDir, 'lectern.lock'))).toBe(false);
      const again = createServer();
      again.listen(Number(port), '127.0.0.1');
      await once(again, 'listening');
      again.close();
    },
  );

  it('answers on so many connections of one address as are set, whichever of its listening sockets takes them, and closes the others', async () => {
    const server = await start({ LECTERN_SOCKETS_PER_ADDRESS: '16' });
    const port = Number(new URL(server.url).port);
    // The kernel spreads them over the sixteen listening sockets.
    const clients = Array.from({ length: 64 }, () => connect(port, '127.0.0.1'));
    const outcomes = clients.map((client) => {
      client.write('GET /healthz HTTP/1.1\r\nHost: class.test\r\n\r\n');
      return new Promise<'answered' | 'closed'>((resolve) => {
        client
          .on('error', () => undefined)
          .once('data', () => {
            resolve('answered');
          });
        client.once('close', () => {
          resolve('closed');
        });
      });
    });
    const told = await Promise.all(outcomes);
    expect(told.filter((outcome) => outcome === 'answered')).toHaveLength(16);
    await expect.poll(() => server.output).toContain('"limit":"LECTERN_SOCKETS_PER_ADDRESS"');
    for (const client of clients) client.destroy();
    await expect
      .poll(() =>
        fetch(`${server.url}/healthz`).then(
          ({ status }) => status,
          () => null,
        ),
      )
      .toBe(200);
  });

  it('prints, where the start asks for it, a link by which an operator gets back in, once', async () => {
    const server = await start({}, { argv: ['--reset-operator'] });
    const link = /^Choose a new password for (?<email>\S+), once, within a day: (?<url>\S+)$/m.exec(
      server.output,
    )?.groups;
    expect(link).toMatchObject({ email: account.email, url: expect.stringContaining(`${server.url}/`) as string });
    const choose = () =>
      fetch(`${server.url}/api/password-resets/${link?.['url']?.slice(-43) ?? ''}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ password: account.password }),
      });
    const chosen = await choose();
    expect(chosen.status).toBe(200);
    expect(await chosen.json()).toMatchObject({ account: { email: account.email, roles: ['operator', 'instructor'] } });
    expect((await choose()).status).toBe(410);
    await server.end();
    expect((await start()).output).not.toContain('Choose a new password');
  });

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'ends as quietly on a %s that reaches its children as well, as a terminal sends it, and replaces nothing',
    async (signal) => {
      const server = await start();
      await expect.poll(() => parts(server)).toEqual({ analytics: 'ok', media: 'ok' });
      // The analytics process of the server before may have held the directory for a moment.
      const saidBefore = server.output.length;
      for (const pid of server.descendants()) process.kill(pid, signal);
      const ended = await server.end(signal);
      expect(ended).toMatchObject({ code: 0, signal: null });
      expect(ended.output.slice(saidBefore)).not.toMatch(/replaced|started again/);
    },
  );

  it('prepares for an update at the pid that it names, with all parts, where a service manager tells every process', async () => {
    const server = await start({ LECTERN_WORKERS: '1' });
    await expect.poll(() => parts(server)).toEqual({ analytics: 'ok', media: 'ok' });
    // Analytics and a worker: the one that measures a packet's cost at the start is gone.
    await expect.poll(() => server.descendants()).toHaveLength(2);
    expect(server.output).toContain(
      `To prepare for an update: kill -USR2 ${server.pid} · to end it: kill ${server.pid}\n`,
    );
    const before = server.descendants();
    for (const pid of [...before, server.pid]) process.kill(pid, 'SIGUSR2');
    await expect.poll(async () => (await healthOf(server)).status).toBe('draining');
    expect(server.descendants()).toEqual(before);
    expect(await parts(server)).toEqual({ analytics: 'ok', media: 'ok' });
    expect((await server.end()).output).not.toMatch(/replaced|started again/);
  });

  it('refuses a data directory in use, names the holder, and leaves it alone', async () => {
    const holder = await start();
    const output = await fail({});
    expect(output).toContain(`The data directory ${dataDir} is in use by process ${holder.pid}, since `);
    expect(output).toContain('LECTERN_DATA_DIR');
    expect((await fetch(`${holder.url}/readyz`)).status).toBe(200);
    await holder.end();
  });

  it('takes over from a server that was killed, and finds everything again', async () => {
    const killed = await start();
    await killed.end('SIGKILL');
    const next = await start();
    expect(next.setUpUrl).toBeUndefined();
    await next.end();
  });

  it('refuses a taken port at once, naming it and the remedy', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const output = await fail({ LECTERN_HTTP_PORT: String(port) });
    expect(output).toContain(`Port ${port} is taken by another program.`);
    expect(output).toContain('LECTERN_HTTP_PORT');
    other.close();
  });

  it('refuses a data directory that it may not make', async () => {
    // Nobody makes a directory there, not even root.
    const output = await fail({ LECTERN_DATA_DIR: '/sys/lectern' });
    expect(output).toMatch(
      /The data directory \/sys\/lectern (?:may not be read and written by this user|lies on a read-only file system)/,
    );
    expect(output).toContain('LECTERN_DATA_DIR');
  });

  it('refuses a data directory that it may not write to', async ({ skip }) => {
    const closed = join(directory, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    // Modes do not bind root; a file system that is mounted for reading alone does.
    const mounted = asRoot && (await mountTmpfs(closed, 'ro'));
    skip(asRoot && !mounted, 'modes do not bind root, and mounting is not allowed here');
    try {
      const output = await fail({ LECTERN_DATA_DIR: closed });
      const reason = mounted ? 'lies on a read-only file system' : 'may not be read and written by this user';
      expect(output).toContain(`The data directory ${closed} ${reason}`);
      expect(output).toContain('LECTERN_DATA_DIR');
    } finally {
      if (mounted) await unmount(closed);
    }
  });

  it('refuses a data directory on a full disk', async ({ skip }) => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    const mounted = await mountTmpfs(disk, 'size=1m');
    // Where mounting is not allowed, a file system without any room that is everywhere; only root passes for somebody who may write there.
    skip(!mounted && !asRoot, 'mounting needs root');
    try {
      const output = await fail({ LECTERN_DATA_DIR: mounted ? disk : '/proc' });
      expect(output).toMatch(/The data directory \S+ has [01] MB left; 100 MB are needed\. Free some space/);
    } finally {
      if (mounted) await unmount(disk);
    }
  });

  it('refuses a store that a newer release has written', async () => {
    const newer = join(directory, 'newer');
    const made = await start({ LECTERN_DATA_DIR: newer });
    await made.end();
    const database = await openPglite(join(newer, 'postgres'));
    await database.query(`insert into schema_migration (number, name) values (9999, 'from the future')`);
    await database.close();
    const output = await fail({ LECTERN_DATA_DIR: newer });
    expect(output).toMatch(/The store has schema 9999, this release knows \d+: a newer Lectern has written it\./);
    expect(output).toContain('Start that release or a newer one');
    expect(existsSync(join(newer, 'lectern.lock'))).toBe(false);
  });

  it('refuses an unknown key, and one that was misspelt by name', async () => {
    expect(await fail({ LECTERN_HTTP_PROT: '1' })).toContain('Did you mean LECTERN_HTTP_PORT?');
  });

  it('refuses a PostgreSQL that does not answer, without its password', async () => {
    const output = await fail({ LECTERN_POSTGRES_URL: 'postgresql://lectern:hunter2@127.0.0.1:1/lectern' });
    expect(output).toContain('PostgreSQL at postgresql://127.0.0.1:1/lectern does not answer');
    expect(output).not.toContain('hunter2');
  });

  it('says that making the store was interrupted when a stop ends it, and makes it at the next start', async () => {
    const fresh = join(directory, 'interrupted');
    // The stop comes while the media worker, too, has not yet said that it runs.
    const slowWorker = join(directory, 'slow-worker');
    const realWorker = process.env['MEDIASOUP_WORKER_BIN'] ?? '';
    writeFileSync(slowWorker, `#!/bin/sh\nsleep 3\nexec ${realWorker} "$@"\n`, { mode: 0o755 });
    const server = ServerProcess.spawn({
      environment: { LECTERN_DATA_DIR: fresh, MEDIASOUP_WORKER_BIN: slowWorker },
      workingDirectory: directory,
    });
    running.push(server);
    const child = (command: string) => server.descendants().find((pid) => commandOf(pid).includes(command));
    const both = () => [child('create-embedded-store'), child('slow-worker')];
    await expect.poll(both, { timeout: 30_000, interval: 20 }).not.toContain(undefined);
    const [making = 0, worker = 0] = both();
    // A service manager's stop reaches every process.
    process.kill(making, 'SIGTERM');
    const { code, output } = await server.end();
    expect(code).toBe(1);
    await expect.poll(() => commandOf(worker), { timeout: 30_000 }).toBe('');
    expect(output).toContain('Making the embedded store in');
    expect(output).toContain('was interrupted. The next start makes it.');
    expect(output).not.toMatch(/backup|Command failed/);
    await (await start({ LECTERN_DATA_DIR: fresh })).end();
  });

  it('refuses a media worker that does not start, and says which', async () => {
    const broken = join(directory, 'broken-worker');
    writeFileSync(broken, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(await fail({ MEDIASOUP_WORKER_BIN: broken })).toContain(broken);
    expect(existsSync(join(dataDir, 'lectern.lock'))).toBe(false);
  });

  it('serves over TLS with a certificate of its own making, kept over a restart, without HSTS', async () => {
    const environment = { LECTERN_HTTP_HOST: '127.0.0.1' };
    const certificateOf = async (server: ServerProcess) => {
      const asked = request(`${server.url}/api/session`, { rejectUnauthorized: false, agent: false });
      asked.end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.headers['strict-transport-security']).toBeUndefined();
      if (!(response.socket instanceof TLSSocket)) throw new Error('not over TLS');
      return response.socket.getPeerX509Certificate();
    };
    const first = await start(environment, { argv: ['--self-signed'] });
    expect(first.url).toMatch(/^https:/);
    expect(first.output).toContain(`also at ${first.url.replace('127.0.0.1', 'localhost')}\n`);
    expect(first.output).toMatch(/Browsers warn once .*"Advanced".*\n/);
    const certificate = await certificateOf(first);
    expect(certificate?.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate?.checkHost('localhost')).toBe('localhost');
    await first.end();
    const key = join(dataDir, 'self-signed-key.pem');
    expect(readFileSync(key, 'utf8')).toContain('PRIVATE KEY');
    const second = await start(environment, { argv: ['--self-signed'] });
    expect((await certificateOf(second))?.fingerprint256).toBe(certificate?.fingerprint256);
    await second.end();
  });

  it('says what keeps people of other machines out, or in danger, and what to set', async () => {
    const server = await start({ LECTERN_PUBLIC_URL: 'http://class.example.org', LECTERN_MEDIA_HOST: '127.0.0.1' });
    expect(server.output).toContain('People open http://class.example.org without TLS');
    expect(server.output).toContain('Set LECTERN_MEDIA_HOST=0.0.0.0');
    await server.end();
  });

  it('refuses a certificate that cannot be read or is none', async () => {
    const files = { LECTERN_TLS_CERT: join(directory, 'no-cert.pem'), LECTERN_TLS_KEY: join(directory, 'no-key.pem') };
    expect(await fail(files)).toMatch(/LECTERN_TLS_(?:CERT|KEY): \S+ cannot be read \(ENOENT\)/);
    writeFileSync(files.LECTERN_TLS_CERT, 'not a certificate');
    writeFileSync(files.LECTERN_TLS_KEY, 'not a key');
    expect(await fail(files)).toContain('LECTERN_TLS_CERT');
  });
});
