import type { Health } from '@lectern/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Campus, ORIGIN, PASSWORD, WELL } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

describe('requests', () => {
  let campus: Campus;
  let instructor: Visitor;
  let health: Health | Error = WELL;

  beforeAll(async () => {
    campus = await Campus.open({
      health: () => (health instanceof Error ? Promise.reject(health) : Promise.resolve(health)),
    });
    instructor = await campus.setUp();
  }, 60_000);
  afterAll(() => campus.close());

  const inject = (headers: Record<string, string>, payload?: string, method: 'POST' | 'DELETE' = 'POST') =>
    campus.app.inject({
      method,
      url: method === 'POST' ? '/api/courses' : '/api/session',
      headers: { host: 'class.test', cookie: instructor.cookie ?? '', ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
  const COURSE = '{"title":"Forged"}';
  const json = { 'content-type': 'application/json' };

  describe('from another site', () => {
    it.each([
      ['another origin', { ...json, origin: 'https://evil.test' }],
      ['another port', { ...json, origin: `${ORIGIN}:81` }],
      ['another scheme', { ...json, origin: 'https://class.test' }],
      ['an opaque origin', { ...json, origin: 'null' }],
      ['a sibling site', { ...json, origin: ORIGIN, 'sec-fetch-site': 'same-site' }],
      ['a cross-site fetch without an origin', { ...json, 'sec-fetch-site': 'cross-site' }],
      ['a navigation', { ...json, 'sec-fetch-site': 'none' }],
      ['a form', { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN }],
      ['a form that pretends to hold JSON', { 'content-type': 'text/plain', origin: ORIGIN }],
      ['a client that does not say what it sends', { origin: ORIGIN }],
    ])('%s changes nothing, cookie or not', async (_name, headers) => {
      const before = await campus.database.query('select 1 from course');
      const response = await inject(headers, COURSE);
      expect([response.statusCode, response.json()]).toMatchObject([403, { code: 'cross-site' }]);
      expect(await campus.database.query('select 1 from course')).toEqual(before);
    });

    it('cannot sign anybody out', async () => {
      const response = await inject({ origin: 'https://evil.test' }, undefined, 'DELETE');
      expect(response.json()).toMatchObject({ code: 'cross-site' });
      expect((await inject({}, undefined, 'DELETE')).json()).toMatchObject({ code: 'cross-site' });
      expect(await instructor.ask('GET', '/api/session')).toMatchObject({ account: { name: 'Ada' } });
    });

    it('gets no permission to read answers either', async () => {
      const response = await campus.app.inject({
        method: 'OPTIONS',
        url: '/api/session',
        headers: { host: 'class.test', origin: 'https://evil.test', 'access-control-request-method': 'POST' },
      });
      expect(response.headers['access-control-allow-origin']).toBeUndefined();
    });
  });

  it('of a program without a browser are taken when they hold JSON', async () => {
    expect((await inject(json, COURSE)).statusCode).toBe(200);
  });

  it('that are no JSON, too large, or of another form are told so', async () => {
    const same = { ...json, origin: ORIGIN };
    expect((await inject(same, '{')).json()).toMatchObject({ code: 'bad-request' });
    expect((await inject(same, '')).json()).toMatchObject({ code: 'bad-request' });
    expect((await inject(same, '[]')).json()).toMatchObject({ code: 'bad-request' });
    expect((await inject(same, '{"title":"x","__proto__":{"a":1}}')).json()).toMatchObject({ code: 'bad-request' });
    const large = await inject(same, JSON.stringify({ title: 'x'.repeat(70_000) }));
    expect([large.statusCode, large.json()]).toMatchObject([413, { code: 'too-large' }]);
  });

  it('with the character that no database keeps are told so, whatever the text is for', async () => {
    const nul = 'a\0b';
    const refused = (method: 'POST' | 'PATCH' | 'PUT', url: string, body: object) =>
      instructor.refusal(method, url, body);
    const rules = { responsibleBody: 'C', contact: 'c', jurisdiction: 'eu', signalMode: 'off' };
    const { classId, courseId } = await campus.planClass(instructor);
    expect([
      await refused('POST', '/api/courses', { title: nul }),
      await refused('PATCH', `/api/courses/${courseId}`, { title: nul }),
      await refused('POST', `/api/courses/${courseId}/classes`, { title: nul }),
      await refused('PATCH', `/api/classes/${classId}`, { title: nul }),
      await refused('PUT', '/api/institution', { ...rules, responsibleBody: nul }),
      await refused('PUT', '/api/institution', { ...rules, contact: nul }),
      await refused('PATCH', '/api/account', { name: nul }),
      await instructor.refusal('GET', '/api/accounts?search=a%00b'),
    ]).toEqual(Array(8).fill('bad-request'));
  });

  it('of any form never crash the server nor get an answer without the wire’s form', async () => {
    const urls = ['/api/session', '/api/accounts', '/api/courses', '/api/institution', '/api/join/aaaa-bbbb-cccc'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST' as const, 'PUT' as const, 'PATCH' as const, 'DELETE' as const),
        fc.constantFrom(...urls),
        fc.oneof(
          fc.jsonValue().map((value) => JSON.stringify(value)),
          fc.string(),
          fc.string({ unit: 'binary' }),
        ),
        async (method, url, payload) => {
          const response = await campus.app.inject({
            method,
            url,
            payload,
            headers: { host: 'class.test', origin: ORIGIN, ...json },
          });
          expect(response.statusCode).not.toBe(500);
          expect(response.statusCode === 204 || typeof response.json<{ code: string }>().code === 'string').toBe(true);
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });

  it('that fail on our side give nothing away and are in the log', async () => {
    health = new Error('the inside of it');
    const response = await instructor.send('GET', '/readyz');
    expect([response.statusCode, response.json()]).toMatchObject([500, { code: 'internal' }]);
    expect(response.body).not.toContain('inside');
    expect(campus.log).toContain('the inside of it');
    health = WELL;
  });

  it('behind a proxy are known by what it forwards, and only when it is trusted', async () => {
    const http = { host: '127.0.0.1', port: 0, publicUrl: 'https://class.test', tls: null, selfSigned: false };
    const trusting = await Campus.open({ config: { http: { ...http, trustedProxies: 1 } } });
    const forwarded = {
      host: 'class.test',
      origin: 'https://class.test',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '198.51.100.7',
      ...json,
    };
    const body = {
      name: 'Ada',
      email: 'ada@campus.test',
      password: PASSWORD,
      institution: { responsibleBody: 'C', contact: 'c', jurisdiction: 'eu', signalMode: 'off' },
    };
    const setUp = (campusUnderTest: Campus) =>
      campusUnderTest.app.inject({
        method: 'POST',
        url: `/api/set-up/${campusUnderTest.parts.setUpLink.token}`,
        headers: forwarded,
        payload: body,
      });
    const refusals = (campusUnderTest: Campus) =>
      campusUnderTest.log
        .split('\n')
        .filter((line) => line.includes('refused as coming from another site'))
        .map((line) => JSON.parse(line) as object);
    const response = await setUp(trusting);
    expect(response.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-lectern=[\w-]+; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^__Host-lectern-device=[\w.-]+; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
    await trusting.close();

    const told = await Campus.open({ config: { http: { ...http, trustedProxies: 0 } } });
    expect((await setUp(told)).statusCode).toBe(200);
    forwarded.origin = 'https://evil.test';
    expect((await setUp(told)).json()).toMatchObject({ code: 'cross-site' });
    await told.close();

    forwarded.origin = 'https://class.test';
    const wary = await Campus.open();
    expect((await setUp(wary)).json()).toMatchObject({ code: 'cross-site' });
    expect(refusals(wary)).toMatchObject([
      { level: 40, origin: 'https://class.test', expected: ['http://class.test'], moreBefore: 0 },
    ]);
    await setUp(wary);
    expect(refusals(wary)).toHaveLength(1);
    wary.pass(60_000);
    await setUp(wary);
    expect(refusals(wary)).toMatchObject([{}, { moreBefore: 1 }]);
    await wary.close();
  }, 60_000);
});
