import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseHealth } from './database-health.ts';
import { openPostgres } from './postgres-database.ts';
import { StartError } from './store.ts';
import { openMigratedStore } from './test-stores.ts';

const LIMITS = { connectMs: 2_000, queryMs: 1_000 };
const QUERY = 'Q'.charCodeAt(0);

/** A message of PostgreSQL's protocol: its letter, its length, its content. */
function message(letter: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(letter), length, content]);
}
const READY = message('Z', Buffer.from('I'));
const WELCOME = Buffer.concat([message('R', Buffer.alloc(4)), READY]);
const authentication = (request: number, content: string): Buffer =>
  message('R', Buffer.concat([Buffer.from([0, 0, 0, request]), Buffer.from(content)]));
/** SCRAM: which mechanisms there are, and the server's first word in it. */
const WANTS_PASSWORD = [authentication(10, 'SCRAM-SHA-256\0\0'), authentication(11, 'r=nonce,s=c2FsdA==,i=4096')];
const TERMINATED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminated by the administrator\0\0'));
const NO_ROWS = Buffer.concat([message('C', Buffer.from('SELECT 0\0')), READY]);

/** Listens as PostgreSQL does, and can fall silent as a host does that vanishes: connections stay, answers do not come. */
describe('PostgreSQL on a host that vanishes', () => {
  let server: Server;
  let url: string;
  let silent: boolean;
  /** What it says to whoever connects, in place of a welcome. */
  let refusal: Buffer | null;
  /** What it asks of whoever connects before a welcome, one question after each message. */
  let questions: Buffer[];
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    silent = false;
    refusal = null;
    questions = [];
    server = createServer((socket) => {
      sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
      let welcomed = false;
      socket.on('data', (data) => {
        if (silent) return;
        const question = questions.shift();
        if (question) {
          socket.write(question);
          return;
        }
        if (refusal) socket.end(refusal);
        else if (!welcomed) socket.write(WELCOME);
        else if (data[0] === QUERY) socket.write(NO_ROWS);
        welcomed = true;
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `postgresql://lectern:hidden-word@127.0.0.1:${(server.address() as AddressInfo).port}/lectern`;
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = () => openPostgres(url, pino({ level: 'silent' }), LIMITS);

  it('refuses the start when it never answers', async () => {
    silent = true;
    const opening = open();
    await expect(opening).rejects.toThrow(StartError);
    await expect(opening).rejects.not.toThrow('hidden-word');
  });

  it.each([
    ['3D000', 'database "nodb" does not exist', 'Create the database there'],
    ['28P01', 'password authentication failed for user "lectern"', 'Correct the user and the password in LECTERN'],
    ['XX000', 'something else', 'See to it there, or correct LECTERN_POSTGRES_URL'],
  ])('refuses the start with what it answers and a remedy when it refuses (%s)', async (code, answer, remedy) => {
    refusal = message('E', Buffer.from(`SFATAL\0C${code}\0M${answer}\0\0`));
    const opening = open();
    await expect(opening).rejects.toThrow(StartError);
    await expect(opening).rejects.toThrow(`answers, and refuses: ${answer}. ${remedy}`);
    await expect(opening).rejects.not.toThrow('hidden-word');
  });

  it.each(['', ':'])('says that it wants a password when the URL has none (lectern%s)', async (password) => {
    questions = [...WANTS_PASSWORD];
    url = url.replace(':hidden-word', password);
    const opening = open();
    await expect(opening).rejects.toThrow(StartError);
    await expect(opening).rejects.toThrow('wants a password, and LECTERN_POSTGRES_URL has none. Write it there');
  });

  it('fails a statement and gives its connection up', async () => {
    const database = await open();
    expect(sockets.size).toBe(1);
    silent = true;
    await expect(database.query('select 1')).rejects.toThrow('Query read timeout');
    await expect.poll(() => sockets.size).toBe(0);
    silent = false;
    await expect(database.query('select 1')).resolves.toEqual([]);
    await database.close();
  });

  it('fails a transaction without waiting for its rollback', async () => {
    const database = await open();
    const writing = database.transaction(async (transaction) => {
      silent = true;
      await transaction.transaction((nested) => nested.query('insert'));
    });
    const began = performance.now();
    await expect(writing).rejects.toThrow('Query read timeout');
    expect(performance.now() - began).toBeLessThan(2 * LIMITS.queryMs);
    await expect.poll(() => sockets.size).toBe(0);
    await database.close();
  });

  it.each([
    ['ends it, saying so', (socket: Socket) => socket.write(TERMINATED) && socket.end()],
    ['resets it', (socket: Socket) => socket.resetAndDestroy()],
  ])('fails a transaction alone whose connection breaks between two statements: the server %s', async (_how, cut) => {
    const database = await open();
    const writing = database.transaction(async (transaction) => {
      for (const socket of sockets) cut(socket);
      await expect.poll(() => sockets.size).toBe(0);
      // What the driver makes of it comes a turn later.
      await setImmediate();
      await transaction.query('insert');
    });
    await expect(writing).rejects.toThrow(/terminat|not queryable/i);
    await expect(database.query('select 1')).resolves.toEqual([]);
    await database.close();
  });

  it('logs why an idle connection was lost, and nothing of the connection itself', async () => {
    const log: string[] = [];
    const database = await openPostgres(url, pino({}, { write: (line) => void log.push(line) }), LIMITS);
    for (const socket of sockets) socket.end(TERMINATED);
    await expect.poll(() => log).toHaveLength(1);
    expect(JSON.parse(log[0] ?? '')).toMatchObject({ code: '57P01', reason: 'terminated by the administrator' });
    expect(log[0]).not.toMatch(/secretKey|processID|"client"/);
    await database.close();
  });

  it('is told as failing within the time that somebody waits, by one question at a time', async () => {
    const database = await open();
    const log: string[] = [];
    const health = databaseHealth(database, pino({}, { write: (line) => void log.push(line) }), 400);
    expect(await health()).toEqual({ status: 'ok' });
    silent = true;
    const answers = await Promise.all([health(), health(), health()]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['failing']));
    expect(JSON.stringify(answers)).not.toMatch(/timeout|127\.0\.0\.1|lectern/);
    expect(sockets.size).toBe(1);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('does not answer');
    await expect.poll(() => sockets.size).toBe(0);
    silent = false;
    await expect.poll(health).toEqual({ status: 'ok' });
    await database.close();
  });
});

it.runIf(process.env['LECTERN_TEST_POSTGRES_URL'])(
  'goes on when PostgreSQL ends the connection of a transaction',
  async () => {
    const database = await openMigratedStore();
    const writing = database.transaction(async (transaction) => {
      const [own] = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.query('select pg_terminate_backend($1)', [own?.pid ?? 0]);
      const gone = async () =>
        (await database.query('select 1 from pg_stat_activity where pid = $1', [own?.pid ?? 0])).length;
      await expect.poll(gone).toBe(0);
      await transaction.query('select 1');
    });
    await expect(writing).rejects.toThrow(/terminat|not queryable/i);
    await expect(database.query('select 1 as one')).resolves.toEqual([{ one: 1 }]);
    await database.close();
  },
);

it('gives the reason of a failing database to the log alone, once until it is well again', async () => {
  let reason: Error | null = new Error('disk of /srv/postgres is full');
  const log: string[] = [];
  const query = () => (reason === null ? Promise.resolve([]) : Promise.reject(reason));
  const health = databaseHealth({ query }, pino({}, { write: (line) => void log.push(line) }));
  for (let asked = 0; asked < 3; asked += 1) {
    expect(await health()).toEqual({
      status: 'failing',
      detail: expect.stringMatching(/error.*the log says why/) as string,
    });
  }
  expect(log).toHaveLength(1);
  expect(log[0]).toContain('disk of /srv/postgres is full');
  reason = new Error('too many connections');
  await health();
  expect(log).toHaveLength(2);
  reason = null;
  expect(await health()).toEqual({ status: 'ok' });
  reason = new Error('too many connections');
  await health();
  expect(log).toHaveLength(3);
});
