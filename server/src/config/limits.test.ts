import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { glob, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Campus, PASSWORD } from '../http/test-campus.ts';
import { configSchema, readConfig } from '../config.ts';
import { DEFAULT_LIMITS, limitKeys } from './limits.ts';

const ROOT = new URL('../../../', import.meta.url);

interface Row {
  readonly what: string;
  readonly value: string;
  readonly keys: readonly string[];
  readonly key: string;
  readonly test: string;
}

const tests = (
  await Array.fromAsync(glob(['server/src/**/*.test.ts', 'contracts/src/**/*.test.ts'], { cwd: ROOT }))
).map((path) => `/${path}`);
const document = await readFile(new URL('docs/operations.md', ROOT), 'utf8');
const section = document.split(/^## /m).find((part) => part.startsWith('Limits\n')) ?? '';
const table = section.split('\n\n').find((part) => part.startsWith('| what ')) ?? '';
const rows: Row[] = table
  .split('\n')
  .slice(2)
  .map((line) => {
    const [, what = '', , value = '', key = '', test = ''] = line.split('|').map((cell) => cell.trim());
    return { what, value, key, test, keys: [...key.matchAll(/`(LECTERN_\w+)`/g)].map(([, name = '']) => name) };
  });

/** How the table may write a number: as it is, in seconds, KiB or MiB. */
function written(value: number): string[] {
  const units: [number, string][] = [
    [1, ''],
    [1_000, ' s'],
    [1_024, ' KiB'],
    [1_048_576, ' MiB'],
  ];
  return units.map(([size, unit]) => `${(value / size).toLocaleString('en')}${unit}`);
}

describe('the table of limits in docs/operations.md', () => {
  it('has a key for each limit, or says why it is fixed, and names its test', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const { what, keys, key, test } of rows) {
      if (keys.length === 0) expect(key, what).toMatch(/^fixed: /);
      for (const each of keys) expect(Object.keys(configSchema.shape), what).toContain(each);
      const named = [...test.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, name = '']) => name);
      expect(named, what).not.toEqual([]);
      for (const each of named)
        expect(
          tests.some((path) => path.endsWith(`/${each}`)),
          `${what}: ${each}`,
        ).toBe(true);
    }
  });

  it('has each limit that can be set, with the default that it has', () => {
    for (const [key, schema] of Object.entries(limitKeys)) {
      const row = rows.find(({ keys }) => keys.includes(key));
      expect(row, key).toBeDefined();
      const value = schema.parse(undefined);
      if (value === undefined) continue;
      const numbers = row?.value.match(/[\d,.]+(?: (?:s|KiB|MiB)\b)?/g) ?? [];
      expect(
        numbers.map((number) => number.replace(/[.,]$/, '')),
        key,
      ).toEqual(expect.arrayContaining([expect.toBeOneOf(written(value))]));
    }
  });
});

/** What each key sets, where the parts of the server look for it. */
const SETS: Record<keyof typeof limitKeys, readonly string[]> = {
  LECTERN_ADMISSIONS_AT_ONCE: ['door.admissionsAtOnce'],
  LECTERN_ADMISSION_HOLD_MS: ['door.admissionHoldMs'],
  LECTERN_MAX_PEOPLE_PER_CLASS: ['door.studentsPerClass'],
  LECTERN_SOCKETS_PER_ADDRESS: ['perAddress.sockets'],
  LECTERN_CONNECTIONS_PER_ADDRESS: ['perAddress.connections'],
  LECTERN_SEATS_PER_ADDRESS: ['perAddress.seats'],
  LECTERN_REQUESTS_PER_ADDRESS: ['perAddress.requests'],
  LECTERN_WRONG_HANDSHAKES_PER_ADDRESS: ['perAddress.wrongHandshakes'],
  LECTERN_HANDSHAKES_AT_ONCE: ['signallingLimits.handshakes.atOnce'],
  LECTERN_HANDSHAKES_WAITING: ['signallingLimits.handshakes.waiting'],
  LECTERN_HANDSHAKE_MS: ['signallingLimits.handshakes.withinMs'],
  LECTERN_CONNECTIONS_PER_SEAT: ['signallingLimits.arrivals'],
  LECTERN_MESSAGES_PER_SEAT: ['signallingLimits.messages'],
  LECTERN_REFUSALS_PER_SEAT: ['signallingLimits.refusals'],
  LECTERN_COSTLY_MESSAGES_PERCENT: ['signallingLimits.costlyPercent'],
  LECTERN_TRANSPORTS_PER_SEAT: ['signallingLimits.transports'],
  LECTERN_PRODUCERS_PER_SEAT: ['signallingLimits.producers'],
  LECTERN_CHAT_LINES_PER_CLASS: ['signallingLimits.chatLines'],
  LECTERN_UNREAD_BYTES_PER_CONNECTION: ['signallingLimits.unread.bytes'],
  LECTERN_UNREAD_MS: ['signallingLimits.unread.withinMs'],
  LECTERN_BYTES_PER_CONNECTION: ['signallingLimits.bytes'],
  LECTERN_STAGE_BYTES_PER_SECOND: ['floodLimits.stageBytesPerSecond'],
  LECTERN_AUDIENCE_BYTES_PER_SECOND: ['floodLimits.audienceBytesPerSecond'],
  LECTERN_AUDIO_PACKETS_PER_SECOND: ['floodLimits.audioPacketsPerSecond'],
  LECTERN_VIDEO_PACKETS_PER_SECOND: ['floodLimits.videoPacketsPerSecond'],
  LECTERN_DATAGRAMS_PER_SECOND: ['floodLimits.datagramsPerSecond'],
  LECTERN_FLOOD_BAR_MS: ['floodLimits.barMs'],
  LECTERN_EARLY_MESSAGES: ['signallingLimits.early.messages'],
  LECTERN_EARLY_BYTES: ['signallingLimits.early.bytes'],
  LECTERN_JOINS_PER_ACCOUNT: ['accountLimits.joins'],
  LECTERN_WRONG_PASSWORDS_PER_DEVICE: ['accountLimits.wrongPasswordsOfDevice'],
  LECTERN_WRONG_PASSWORDS_PER_ACCOUNT: ['accountLimits.wrongPasswordsOfAccount'],
  LECTERN_WRONG_PASSWORDS_PER_ADDRESS: ['accountLimits.wrongPasswordsOfAddress'],
  LECTERN_WRONG_TOKENS_PER_ADDRESS: ['wrongTokensOfAddress'],
  LECTERN_NEW_ACCOUNTS_PER_ADDRESS: ['accountLimits.newOfAddress'],
  LECTERN_EMAIL_CHANGES_PER_ACCOUNT: ['accountLimits.emailChanges'],
  LECTERN_REQUEST_BYTES: ['requestLimits.bytes'],
  LECTERN_REQUEST_MS: ['requestLimits.withinMs'],
  LECTERN_PIPELINED_REQUESTS: ['requestLimits.pipelined'],
};

/** Every figure of a configuration with its path, in the order of the parts. */
function figuresOf(part: object, path = ''): [string, unknown][] {
  return Object.entries(part).flatMap(([name, value]: [string, unknown]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? figuresOf(value, `${path}${name}.`)
      : [[`${path}${name}`, value]],
  );
}

describe('a limit that is set', () => {
  it.each(Object.entries(limitKeys))(
    '%s is what the server takes where its name says, and nothing else is',
    (key, schema) => {
      const value = (schema.parse(undefined) ?? 0) + 1;
      const before = figuresOf(readConfig([], '/nowhere', {}));
      const changed = figuresOf(readConfig([], '/nowhere', { [key]: String(value) })).filter(
        ([path, figure]) => figure !== Object.fromEntries(before)[path],
      );
      const expected = SETS[key as keyof typeof limitKeys].map((path) => [path, value]);
      const alsoSets = key === 'LECTERN_MAX_PEOPLE_PER_CLASS' ? [['perAddress.seatsOfClass', 10 * value]] : [];
      expect(changed).toEqual([...expected, ...alsoSets]);
    },
  );

  it('is the default without one', () => {
    const figures = Object.fromEntries(figuresOf(readConfig([], '/nowhere', {})));
    const ofKeys = Object.entries(SETS).map(([key, paths]) => [key, ...paths.map((path) => figures[path])]);
    const defaults = Object.entries(limitKeys).map(([key, schema]) => [key, schema.parse(undefined) ?? null]);
    expect(Object.fromEntries(ofKeys)).toEqual(Object.fromEntries(defaults));
  });

  it('is refused where joining would not work, with the least that does', () => {
    const read = (percent: string) => readConfig([], '/nowhere', { LECTERN_COSTLY_MESSAGES_PERCENT: percent });
    expect(read('50').signallingLimits.costlyPercent).toBe(50);
    expect(() => read('49')).toThrow(/LECTERN_COSTLY_MESSAGES_PERCENT: "49" cannot be used: .*50/);
  });

  it(
    'ends a connection over which no request comes in time, and one that is not finished',
    { timeout: 30_000 },
    async () => {
      const campus = await Campus.open({
        config: { requestLimits: { ...DEFAULT_LIMITS.requestLimits, withinMs: 1_000 } },
      });
      try {
        await campus.app.listen({ host: '127.0.0.1', port: 0 });
        const { port } = campus.app.server.address() as AddressInfo;
        const ended = (said: string) => {
          const socket = connect(port, '127.0.0.1', () => socket.write(said));
          socket.on('error', () => undefined).resume();
          return once(socket, 'close', { signal: AbortSignal.timeout(20_000) });
        };
        await Promise.all([ended(''), ended('GET /healthz HTTP/1.1\r\nHost: class.test\r\n')]);
      } finally {
        await campus.close();
      }
    },
  );

  it('holds guesses and changes of an e-mail', { timeout: 60_000 }, async () => {
    const accountLimits = {
      ...DEFAULT_LIMITS.accountLimits,
      ...{ wrongPasswordsOfAccount: 2, wrongPasswordsOfAddress: 3, emailChanges: 1 },
    };
    const campus = await Campus.open({ config: { accountLimits } });
    try {
      const instructor = await campus.setUp();
      const change = () =>
        instructor.refusal('PATCH', '/api/account', { email: { password: PASSWORD, next: 'next@campus.test' } });
      expect([await change(), await change()]).toEqual([undefined, 'too-many']);
      const guess = (address: string, email = 'next@campus.test') =>
        campus.visitor(address).refusal('POST', '/api/session', { email, password: 'wrong wrong wrong' });
      const ofAccount = [await guess('192.0.2.1'), await guess('192.0.2.2'), await guess('192.0.2.3')];
      expect(ofAccount).toEqual(['wrong-credentials', 'wrong-credentials', 'too-many']);
      const ofAddress: unknown[] = [];
      for (const name of ['a', 'b', 'c', 'd']) ofAddress.push(await guess('192.0.2.9', `${name}@campus.test`));
      expect(ofAddress).toEqual([...Array<string>(3).fill('wrong-credentials'), 'too-many']);
    } finally {
      await campus.close();
    }
  });

  it('holds guesses at the tokens of load tests and of metrics, each by itself, and nobody who knows one', async () => {
    const [loadToken, metricsToken] = ['a-load-token-of-this-test', 'a-metrics-token-of-this-test'];
    const campus = await Campus.open({ config: { loadToken, metricsToken, wrongTokensOfAddress: 2 } });
    try {
      const status = async (method: 'GET' | 'DELETE', url: string, token: string, address = '192.0.2.1') =>
        (await campus.visitor(address).send(method, url, undefined, { authorization: `Bearer ${token}` })).statusCode;
      const load = `/api/load-tests/${randomUUID()}`;
      for (const [method, url, token, known] of [
        ['DELETE', load, loadToken, 404],
        ['GET', '/metrics', metricsToken, 200],
      ] as const) {
        const guesses: number[] = [];
        for (const guess of ['wrong-1', 'wrong-2', 'wrong-3']) guesses.push(await status(method, url, guess));
        expect(guesses, url).toEqual([401, 401, 429]);
        expect(await status(method, url, token), url).toBe(known);
        expect(await status(method, url, 'wrong-4', '192.0.2.2'), url).toBe(401);
      }
    } finally {
      await campus.close();
    }
  }, 60_000);

  it('holds requests and accounts', async () => {
    const campus = await Campus.open({
      config: {
        requestLimits: { ...DEFAULT_LIMITS.requestLimits, bytes: 16_384 },
        accountLimits: { ...DEFAULT_LIMITS.accountLimits, joins: 2, newOfAddress: 1, wrongPasswordsOfDevice: 1 },
      },
    });
    try {
      const instructor = await campus.setUp();
      const { joinCode } = await campus.planClass(instructor);
      const join = (body: object = {}) => instructor.refusal('POST', `/api/join/${joinCode}`, body);
      expect(await join({ name: 'A'.repeat(17_000) })).toBe('too-large');
      expect([await join(), await join(), await join()]).toEqual([undefined, undefined, 'too-many']);
      const script = campus.visitor('192.0.2.1');
      const account = (name: string) => ({ name, email: `${name}@campus.test`, password: PASSWORD });
      const made = [
        await script.refusal('POST', '/api/accounts', account('a')),
        await script.refusal('POST', '/api/accounts', account('b')),
      ];
      expect(made).toEqual([undefined, 'too-many']);
      const guess = () =>
        script.refusal('POST', '/api/session', { email: 'ada@campus.test', password: 'wrong wrong wrong' });
      expect([await guess(), await guess()]).toEqual(['wrong-credentials', 'too-many']);
    } finally {
      await campus.close();
    }
  }, 60_000);

  it.each(Object.keys(limitKeys))('is refused outside of its bounds, by its name: %s', (key) => {
    for (const value of ['0', '99999999999', 'many']) {
      expect(() => readConfig([], '/nowhere', { [key]: value })).toThrow(key);
    }
  });
});
