import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { LecternError } from '@lectern/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import type { Logger } from 'pino';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { AddressLimits } from './address-limits.ts';
import { HeldAddressLog } from './held-addresses.ts';
import { Campus } from './test-campus.ts';

const caller = (address: string, token?: string) => ({
  address,
  headers: token === undefined ? {} : { 'x-test': token },
});

function limits(options: Partial<ConstructorParameters<typeof AddressLimits>[0]> = {}) {
  const clock = { nowMs: 0 };
  return {
    clock,
    of: new AddressLimits({ ...DEFAULT_LIMITS.perAddress, trustedProxies: 0, nowMs: () => clock.nowMs, ...options }),
  };
}
const tooMany = expect.objectContaining({ code: 'too-many' }) as Error;

describe('what one address may do', () => {
  it('is so many connections at once, of an IPv6 network together; each that closes makes room', () => {
    const { of } = limits({ connections: 2 });
    const close = of.connected(caller('2001:db8::1'));
    of.connected(caller('2001:db8::2'));
    expect([of.mayConnect(caller('2001:db8::3')), of.mayConnect(caller('2001:db9::1'))]).toEqual([false, true]);
    close();
    expect(of.mayConnect(caller('2001:db8::3'))).toBe(true);
  });

  it('is so many requests a minute, forgotten evenly', () => {
    const { of, clock } = limits({ requests: 60 });
    const ask = (address = '192.0.2.1') => {
      of.request(caller(address));
    };
    for (let count = 0; count < 60; count += 1) ask();
    expect(ask).toThrow(tooMany);
    ask('192.0.2.2');
    clock.nowMs += 1_000;
    expect(ask).not.toThrow();
    expect(ask).toThrow(tooMany);
  });

  it('is as many new connections as requests, however soon they are closed again', () => {
    const { of, clock } = limits({ requests: 60 });
    const reconnect = () => of.mayConnect(caller('192.0.2.1'));
    for (let count = 0; count < 60; count += 1) expect(reconnect()).toBe(true);
    expect([reconnect(), of.mayConnect(caller('192.0.2.2'))]).toEqual([false, true]);
    // Whoever loads a page is not held by those who connect, nor these by whoever loads pages.
    for (let count = 0; count < 60; count += 1) of.request(caller('192.0.2.1'));
    for (let count = 0; count < 60; count += 1) of.request(caller('192.0.2.3'));
    expect(of.mayConnect(caller('192.0.2.3'))).toBe(true);
    clock.nowMs += 1_000;
    expect([reconnect(), reconnect()]).toEqual([true, false]);
  });

  it('is a thousand wrong handshakes in a quarter of an hour; a class that is locked does not count', () => {
    const { of, clock } = limits();
    const from = caller('192.0.2.1');
    const [locked, wrong] = [new LecternError('class-locked'), new LecternError('seat-wrong')];
    for (let count = 0; count < 1_000; count += 1) {
      expect(of.handshakeRefused(from, locked)).toBe(locked);
      expect(of.handshakeRefused(from, wrong)).toBe(wrong);
    }
    expect(of.handshakeRefused(from, wrong)).toEqual(tooMany);
    expect(of.handshakeRefused(from, locked)).toBe(locked);
    clock.nowMs += 15 * 60_000;
    expect(of.handshakeRefused(from, wrong)).toBe(wrong);
  });

  it('tells which limit holds somebody, once a minute in the log', () => {
    const lines: object[] = [];
    const words = new Map<string, string>();
    const clock = { nowMs: 0 };
    const warn = (line: { limit: string }, text: string) => {
      lines.push(line);
      words.set(line.limit.replace('LECTERN_', ''), text);
    };
    const log = new HeldAddressLog({ warn } as unknown as Pick<Logger, 'warn'>, () => clock.nowMs);
    const { of } = limits({
      ...{ connections: 1, requests: 1, wrongHandshakes: 1, seats: 1, seatsOfClass: 1 },
      onHeld: (limit) => {
        log.note(limit);
      },
    });
    const from = caller('192.0.2.1');
    const tries: (() => unknown)[] = [
      () => (of.mayConnect(from) ? of.connected(from) : null),
      () => {
        of.request(from);
      },
      () => of.handshakeRefused(from, new LecternError('seat-wrong')),
      () => of.guestSeats.take(from.address, 'class'),
      () => of.guestSeats.take('192.0.2.2', 'class'),
      () => of.guestSeats.take('192.0.2.2', 'another'),
    ];
    const tryAll = () => {
      for (const attempt of tries) {
        try {
          attempt();
        } catch (error) {
          expect(error).toEqual(tooMany);
        }
      }
    };
    for (let count = 0; count < 4; count += 1) tryAll();
    const held = [
      'CONNECTIONS_PER_ADDRESS',
      'REQUESTS_PER_ADDRESS',
      'SEATS_PER_ADDRESS',
      'WRONG_HANDSHAKES_PER_ADDRESS',
    ];
    const keys = () => lines.map((line) => (line as { limit: string }).limit);
    expect(new Set(keys())).toEqual(new Set(held.map((key) => `LECTERN_${key}`)));
    expect(keys()).toHaveLength(held.length);
    expect(words.get('CONNECTIONS_PER_ADDRESS')).toContain('larger needs a higher limit');
    expect(words.get('WRONG_HANDSHAKES_PER_ADDRESS')).toContain('guesses');
    expect(words.get('WRONG_HANDSHAKES_PER_ADDRESS')).not.toContain('higher limit');
    clock.nowMs += 60_000;
    tryAll();
    expect(lines.at(-1)).toMatchObject({ moreBefore: expect.any(Number) as number });
    expect(keys()).toHaveLength(2 * held.length);
  });

  it('is without limit for whoever they are lifted for', () => {
    const { of } = limits({
      ...{ connections: 1, seats: 1, requests: 1 },
      isLifted: ({ headers }) => headers['x-test'] === 'yes',
    });
    const [held, lifted] = [caller('192.0.2.1'), caller('192.0.2.1', 'yes')];
    of.connected(held);
    for (let count = 0; count < 3; count += 1) {
      of.request(lifted);
      of.connected(lifted);
    }
    expect([of.mayConnect(held), of.mayConnect(lifted)]).toEqual([false, true]);
    of.request(held);
    expect(() => {
      of.request(held);
    }).toThrow(tooMany);
  });
});

describe('TCP connections of one address', () => {
  const servers: Server[] = [];
  const clients: Socket[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** A server that allows two connections of an address, and how many of these were refused of so many that knocked. */
  async function listening(trustedProxies: number) {
    const held: string[] = [];
    let seen = 0;
    const server = createServer((socket) => socket.on('error', () => undefined));
    servers.push(server);
    const { of } = limits({ sockets: 2, trustedProxies, onHeld: (limit) => held.push(limit) });
    of.holdSockets(server);
    server.on('connection', () => (seen += 1));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    return async () => {
      const [seenBefore, heldBefore] = [seen, held.length];
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      clients.push(socket);
      await expect.poll(() => seen).toBe(seenBefore + 1);
      if (held.length === heldBefore) return socket;
      if (!socket.closed) await once(socket.resume(), 'close');
      return null;
    };
  }

  it('are so many at the same time, and each that closes makes room', async () => {
    const knock = await listening(0);
    const [first, second, third] = [await knock(), await knock(), await knock()];
    expect([first === null, second === null, third]).toEqual([false, false, null]);
    first?.destroy();
    await expect.poll(knock, { timeout: 10_000 }).not.toBeNull();
  });

  it('are the proxy’s where one is trusted, and not limited', async () => {
    const knock = await listening(1);
    for (let count = 0; count < 3; count += 1) expect(await knock()).not.toBeNull();
  });
});

it.each([
  [0, '203.0.113.9', '127.0.0.1'],
  [1, undefined, '127.0.0.1'],
  [1, '198.51.100.7, 203.0.113.9', '203.0.113.9'],
  [2, '198.51.100.7, 203.0.113.9', '198.51.100.7'],
  [3, '198.51.100.7, 203.0.113.9', '198.51.100.7'],
])('with %i proxies in front and X-Forwarded-For %s takes a caller for %s', (trustedProxies, forwarded, address) => {
  const { of } = limits({ trustedProxies });
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  expect(of.callerOf({ socket: { remoteAddress: '127.0.0.1' }, headers }).address).toBe(address);
});

it('answers a flood of requests from one address with the time to wait, and everybody else as before', async () => {
  const campus = await Campus.open({ perAddress: { requests: 20 } });
  try {
    const script = campus.visitor('192.0.2.10');
    for (let count = 0; count < 20; count += 1) await script.send('GET', '/api/session');
    const refused = await script.send('GET', '/api/session');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '3']);
    expect((await campus.visitor('192.0.2.11').send('GET', '/api/session')).statusCode).toBe(200);
    campus.pass(60_000);
    expect((await script.send('GET', '/api/session')).statusCode).toBe(200);
  } finally {
    await campus.close();
  }
});

it('lets an account sit down sixty times in ten minutes, and guests as often as address and class allow', async () => {
  const campus = await Campus.open({ perAddress: { seats: 10, seatsOfClass: 20 } });
  try {
    const instructor = await campus.setUp();
    const { joinCode } = await campus.planClass(instructor);
    const sitDown = () => instructor.refusal('POST', `/api/join/${joinCode}`, {});
    for (let count = 0; count < 60; count += 1) expect(await sitDown()).toBeUndefined();
    expect(await sitDown()).toBe('too-many');
    const guest = (from: number) =>
      campus.visitor(`192.0.2.${from}`).refusal('POST', `/api/join/${joinCode}`, { name: 'Guest' });
    for (let count = 0; count < 20; count += 1) expect(await guest(1 + (count % 2))).toBeUndefined();
    // The address's own, then the class's: one of its seats may lie unused.
    expect([await guest(1), await guest(3), await guest(3)]).toEqual(['too-many', undefined, 'too-many']);
    campus.pass(10 * 60_000);
    expect([await sitDown(), await guest(3)]).toEqual([undefined, undefined]);
  } finally {
    await campus.close();
  }
}, 60_000);
