import { pino } from 'pino';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildApp } from './app.ts';
import { ClassSignals } from './class-signals.ts';
import { storeHealth } from './health.ts';
import { secureUniform } from './noise.ts';
import type { Engine } from './store/engine.ts';
import { newClass, people, scored } from './test-signals.ts';
import type { TestStore } from './test-stores.ts';
import { STORES } from './test-stores.ts';

const TOKEN = 'a-token-of-the-tests';
const authorization = `Bearer ${TOKEN}`;

describe('the analytics process over HTTP on a store whose calls never come back', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says that it fails once a turn takes more than ten seconds, and refuses what cannot wait any more', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    // It still answers what is asked aside, as the embedded engine does.
    const command = () => Promise.resolve();
    const query: Engine['query'] = (sql, _parameters, row) =>
      sql.includes('version()') ? Promise.resolve([row.parse({ version: '26.1' })]) : never();
    const engine: Engine = { kind: 'chdb', query, insert: never, command, close: command };
    const signals = new ClassSignals({ engine, now: Date.now, uniform: secureUniform });
    const logger = pino({ level: 'silent' });
    const app = buildApp({ token: TOKEN, signals, health: storeHealth({ engine, signals, logger }), logger });
    const ask = (options: InjectOptions) => app.inject({ headers: { authorization }, ...options });
    const close = { classId: newClass(), window: 0, present: 1, minimumCohort: 10 };
    const waiting = Array.from({ length: 200 }, () => signals.closeWindow(close));
    expect((await ask({ url: '/v1/health' })).statusCode).toBe(200);
    vi.advanceTimersByTime(10_001);
    const health = await ask({ url: '/v1/health' });
    expect(health.statusCode).toBe(503);
    expect(health.json()).toMatchObject({ status: 'failing', store: 'chdb' });
    const refused = await ask({ method: 'POST', url: '/v1/windows/close', payload: close });
    expect(refused.statusCode).toBe(503);
    expect(refused.json()).toMatchObject({ code: 'unavailable' });
    expect(waiting).toHaveLength(200);
    await app.close();
  });
});

describe.each(STORES)('the analytics process over HTTP on $name', ({ open }) => {
  let store: TestStore;
  let app: FastifyInstance;
  beforeAll(async () => {
    store = await open();
    const { engine } = store;
    const signals = new ClassSignals({ engine, now: Date.now, uniform: secureUniform });
    const logger = pino({ level: 'silent' });
    app = buildApp({ token: TOKEN, signals, health: storeHealth({ engine, signals, logger }), logger });
  });
  afterAll(async () => {
    await app.close();
    await store.remove();
  });

  const ask = (options: InjectOptions) => app.inject({ headers: { authorization }, ...options });
  const ingest = (payload: object) => ask({ method: 'POST', url: '/v1/signals', payload });
  const close = (payload: object) => ask({ method: 'POST', url: '/v1/windows/close', payload });

  it('takes scores, closes a window and answers what may be shown', async () => {
    const classId = newClass();
    const rows = people(12).map((person) => scored(classId, person, 0, 0.75));
    expect((await ingest({ rows })).json()).toEqual({ verdicts: rows.map(() => 'stored') });
    const closed = await close({ classId, window: 0, present: 20, minimumCohort: 10 });
    expect(closed.json()).toMatchObject({
      coverage: { window: 0, measured: 12, unclear: 0, present: 20 },
      pacing: { state: 'reading', modelTags: [1], lastMs: 5_000 },
    });
    const url = `/v1/classes/${classId}`;
    expect((await ask({ url: `${url}/closed` })).json()).toEqual({ lastClosedWindow: 0 });
    expect((await ask({ url: `${url}/pacing?minimumCohort=10` })).json()).toEqual(
      closed.json<{ pacing: object }>().pacing,
    );
    expect((await ask({ method: 'DELETE', url: `${url}/live` })).statusCode).toBe(204);
    expect((await ask({ url: `${url}/closed` })).json()).toEqual({ lastClosedWindow: 0 });
    expect((await ask({ method: 'DELETE', url })).statusCode).toBe(204);
    expect((await ask({ url: `${url}/closed` })).json()).toEqual({ lastClosedWindow: null });
  });

  it('says how it is', async () => {
    const health = await ask({ url: '/v1/health' });
    expect(health.json()).toMatchObject({ status: 'ok', store: store.location.kind });
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer another-token' }],
    ['the token without its scheme', { authorization: TOKEN }],
    ['a longer token', { authorization: `${authorization}x` }],
  ])('refuses %s on every path', async (_name, headers) => {
    for (const url of ['/v1/health', `/v1/classes/${newClass()}/pacing`, '/nothing']) {
      const answer = await app.inject({ url, headers });
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'not-signed-in' });
    }
  });

  const row = scored(newClass(), people(1)[0]!, 0, 0.5);
  it.each([
    ['no rows', {}],
    ['a score above one', { rows: [{ ...row, score: 1.01 }] }],
    ['a score below zero', { rows: [{ ...row, score: -0.01 }] }],
    ['a score that is no number', { rows: [{ ...row, score: '0.5' }] }],
    ['a negative window', { rows: [{ ...row, window: -1 }] }],
    ['a window beyond 32 bits', { rows: [{ ...row, window: 2 ** 32 }] }],
    ['no word on whether there is a score', { rows: [{ ...row, score: undefined }] }],
    ['a reason why there is none', { rows: [{ ...row, score: null, abstain: 'too-dark' }] }],
    ['a name', { rows: [{ ...row, name: 'Ada' }] }],
    ['SQL for an id', { rows: [{ ...row, classId: "' OR 1 = 1 --" }] }],
    ['more than ten thousand rows', { rows: Array.from({ length: 10_001 }, () => row) }],
  ])('refuses %s and stores none of the request', async (_name, payload) => {
    const answer = await ingest(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad-request' });
  });

  it.each([
    ['a cohort below ten', { minimumCohort: 9 }],
    ['a negative number of students', { present: -1 }],
    ['a window that is no number', { window: 'last' }],
  ])('refuses to close with %s', async (_name, wrong) => {
    const answer = await close({ classId: newClass(), window: 0, present: 1, minimumCohort: 10, ...wrong });
    expect(answer.statusCode).toBe(400);
  });

  it.each([
    ['GET', '/v1/classes/none/pacing'],
    ['GET', `/v1/classes/${newClass()}/pacing?minimumCohort=3`],
    ['GET', `/v1/classes/${newClass()}/pacing?all=1`],
    ['DELETE', '/v1/classes/*'],
  ] as const)('refuses %s %s', async (method, url) => {
    expect((await ask({ method, url })).statusCode).toBe(400);
  });

  it('refuses a body that is no JSON, and one beyond its limit', async () => {
    const headers = { authorization, 'content-type': 'application/json' };
    const broken = await ask({ method: 'POST', url: '/v1/signals', headers, payload: '{"rows":' });
    expect(broken.json()).toMatchObject({ code: 'bad-request' });
    const large = await ask({ method: 'POST', url: '/v1/signals', headers, payload: 'x'.repeat(5 * 1024 * 1024) });
    expect(large.json()).toMatchObject({ code: 'too-large' });
  });

  it('knows no other path', async () => {
    expect((await ask({ url: '/v1/signals' })).statusCode).toBe(404);
    expect((await ask({ url: '/v1/classes' })).statusCode).toBe(404);
  });
});
