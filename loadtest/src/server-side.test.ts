import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ServerSide } from './server-side.ts';

let server: Server;
let origin: string;
let answer: string | null;
beforeEach(async () => {
  server = createServer((request, response) => {
    const isAllowed = request.headers.authorization === 'Bearer secret';
    response.writeHead(answer === null || !isAllowed ? 403 : 200).end(answer ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
});

/** A look at a loop of which so many were within 10 ms, and all within 100. */
const metrics = (within: number, all: number, shedding = 0) => `lectern_classes_shedding{kind="load-test"} ${shedding}
lectern_event_loop_delay_seconds_bucket{le="0.01"} ${within}
lectern_event_loop_delay_seconds_bucket{le="0.1"} ${all}
lectern_event_loop_delay_seconds_bucket{le="+Inf"} ${all}
lectern_process_cpu_seconds_total{process="server"} ${all / 1000}
`;

it('judges a state of the class by itself, and by its whole course', async () => {
  const side = new ServerSide(origin, null, 'secret');
  const read = async (state: string, text: string) => {
    answer = text;
    await side.read(state);
    return side.ofState;
  };
  expect(await read('joining', metrics(0, 500))).toEqual({ eventLoopP99OfStateMs: null, sheddingOfState: 0 });
  await read('joining', metrics(0, 1_000, 1));
  expect(side.ofState.eventLoopP99OfStateMs).toBeGreaterThan(90);
  expect(await read('settled', metrics(0, 1_000))).toEqual({ eventLoopP99OfStateMs: null, sheddingOfState: 0 });
  expect((await read('settled', metrics(1_000, 2_000, 1))).eventLoopP99OfStateMs).toBeLessThan(10);
  // What came later does not wipe out what was before; a server that began anew counts from zero.
  expect((await read('settled', metrics(1_000, 3_000))).eventLoopP99OfStateMs).toBeGreaterThan(90);
  expect(await read('settled', metrics(50, 50))).toMatchObject({ sheddingOfState: 1 });
  expect(side.ofState.eventLoopP99OfStateMs).toBeLessThan(10);
});

it('tells what it could not read from what was fine, and from a server that was killed on purpose', async () => {
  answer = null;
  const refused = await new ServerSide(origin, null, 'wrong').read('settled');
  expect(refused).toEqual({
    ...{ parts: {}, isTold: false, goneSince: null, eventLoopP99Ms: null, shedding: null, doorWaiting: null },
    ...{ eventLoopP99OfStateMs: null, sheddingOfState: null },
  });
  expect(await new ServerSide(origin, () => null, undefined).read('settled')).toMatchObject({ isTold: null });
});

it('says since when a server does not answer, once it was asked in vain for twenty seconds', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-30T09:12:01') });
  try {
    const [side, ofOwn] = [new ServerSide(origin, null, 'wrong'), new ServerSide(origin, () => pid, 'wrong')];
    let pid: number | null = process.pid;
    const goneAfter = async (seconds: number) => {
      vi.advanceTimersByTime(seconds * 1000);
      return [(await side.read('settled')).goneSince, (await ofOwn.read('settled')).goneSince];
    };
    // One that answers something else is there.
    answer = null;
    expect([await goneAfter(0), await goneAfter(60)]).toEqual(Array(2).fill([null, null]));
    server.close();
    server.closeAllConnections();
    expect([await goneAfter(0), await goneAfter(19)]).toEqual(Array(2).fill([null, null]));
    // The one of our own was killed on purpose, and is to be back by now.
    pid = null;
    expect(await goneAfter(1)).toEqual(['09:13:01', null]);
    pid = process.pid;
    expect(await goneAfter(10)).toEqual(['09:13:01', null]);
    expect(await goneAfter(10)).toEqual(['09:13:01', null]);
    expect(await goneAfter(10)).toEqual(['09:13:01', '09:13:31']);
    expect(ofOwn.goneSinceMs).toBe(new Date('2026-11-30T09:13:31').getTime());
  } finally {
    vi.useRealTimers();
  }
});

it('takes a server for gone neither by one look after a pause, nor while it says that it lives', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-30T09:12:01') });
  try {
    let isAlive = true;
    server.removeAllListeners('request').on('request', (request, response) => {
      response.writeHead(request.url === '/healthz' && isAlive ? 200 : 503).end();
    });
    const side = new ServerSide(origin, null, 'secret');
    const goneSince = async (seconds: number) => {
      vi.advanceTimersByTime(seconds * 1000);
      return (await side.read('settled')).goneSince;
    };
    expect([await goneSince(0), await goneSince(19), await goneSince(19), await goneSince(19)]).toEqual(
      Array(4).fill(null),
    );
    // It is gone since it was last heard of: asked in vain at 09:12:39, it said then that it lives.
    isAlive = false;
    expect([await goneSince(1), await goneSince(1)]).toEqual([null, '09:12:39']);

    const asleep = new ServerSide(origin, null, 'secret');
    await asleep.read('settled');
    vi.advanceTimersByTime(600_000);
    expect((await asleep.read('settled')).goneSince).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

it('takes a server of its own for gone as soon as its process is', async () => {
  const child = spawn('sleep', ['60']);
  const side = new ServerSide(origin, () => child.pid!, undefined);
  server.close();
  server.closeAllConnections();
  expect((await side.read('settled')).goneSince).toBeNull();
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect((await side.read('settled')).goneSince).toMatch(/^\d\d:\d\d:\d\d$/);
});

it('reads the load of a server elsewhere from what it tells', async () => {
  const side = new ServerSide(origin, null, 'secret');
  answer = metrics(0, 1_000);
  expect((await side.read('settled')).parts).toEqual({});
  answer = metrics(0, 2_000);
  expect((await side.read('settled')).parts['server']?.cores).toBeGreaterThan(0);
});
