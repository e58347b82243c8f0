import { randomUUID } from 'node:crypto';
import { classIdSchema } from '@lectern/contracts';
import type { Health, OperatorStatus } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExposition } from '../operations/test-exposition.ts';
import type { ClassSummary } from '../signalling/live-classes.ts';
import { Campus, WELL } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

const LOAD_TOKEN = 'a-load-token-of-this-test';
const METRICS_TOKEN = 'a-metrics-token-of-this-test';

/** A class that is live, in which 40 people receive well and say that they lose nothing. */
function classOf(about: Partial<ClassSummary>): ClassSummary {
  return {
    classId: classIdSchema.parse(randomUUID()),
    status: 'live',
    synthetic: false,
    ...{ present: 41, students: 40, waiting: 0, hearing: 40, onStage: 1 },
    links: { good: 40, fair: 0, poor: 0, unknown: 1 },
    loss: { reports: 40, shares: 0 },
    shedding: { step: 'none', reason: null },
    ...about,
  };
}

describe('operations over HTTP', () => {
  let campus: Campus;
  let operator: Visitor;
  let health: Health = WELL;
  let classes: readonly ClassSummary[] = [];

  beforeAll(async () => {
    campus = await Campus.open({
      config: { loadToken: LOAD_TOKEN },
      health: () => Promise.resolve(health),
      summary: () => classes,
    });
    operator = await campus.setUp();
  }, 60_000);
  afterAll(() => campus.close());

  const readyz = async () => {
    const answer = await campus.visitor().send('GET', '/readyz');
    return { status: answer.statusCode, body: answer.json<Health>() };
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });

  it('the process lives as long as it answers, and is ready once a class could be started and joined', async () => {
    const alive = () => campus.visitor().send('GET', '/healthz');
    expect((await alive()).json()).toEqual({ status: 'ok', version: '1.2.3' });
    expect(await readyz()).toMatchObject({ status: 200, body: { status: 'ok', parts: WELL.parts } });
    health = { ...WELL, parts: { ...WELL.parts, database: { status: 'failing', detail: 'no answer' } } };
    expect(await readyz()).toMatchObject({
      status: 503,
      body: { status: 'failing', reason: expect.stringContaining('database') as string },
    });
    expect((await alive()).statusCode).toBe(200);
    health = WELL;
  });

  it('show an operator what runs, with load tests apart and the result of the newest', async () => {
    const runner = campus.visitor();
    const made = await runner.send('POST', '/api/load-tests', { participants: 500, minutes: 5 }, bearer(LOAD_TOKEN));
    const { classId } = made.json<{ classId: string }>();
    const result = {
      ...{ scenario: 'smoke', finishedAt: '2026-11-23T08:00:00.000Z', passed: true, participants: 20 },
      ...{ brokenOff: false, doesNotCount: [], figures: [], machine: '2 cores', contributing: 0, notJudged: [] },
    };
    await runner.send('PUT', '/api/load-tests/last', result, bearer(LOAD_TOKEN));
    const status = await operator.ask<OperatorStatus>('GET', '/api/operator/status');
    expect(status).toMatchObject({
      classes: [],
      loadTests: [{ classId, participants: 500, students: 0 }],
      loadTestsAllowed: true,
      lastLoadTest: { state: 'read', result },
      drainingSince: null,
      links: { good: 0, fair: 0, poor: 0, unknown: 0 },
    });
    // As the kernel has it: this very process.
    expect(status.server.pid).toBe(process.pid);
    expect(status.server.residentBytes).toBeGreaterThan(status.server.ownBytes ?? Number.NaN);
    expect(status.server.ownBytes).toBeGreaterThan(10_000_000);
    await runner.send('DELETE', `/api/load-tests/${classId}`, undefined, bearer(LOAD_TOKEN));
  });

  it('count who waits, what is lost and what is given up apart for load tests, over all ordinary classes', async () => {
    const made = await campus
      .visitor()
      .send('POST', '/api/load-tests', { participants: 500, minutes: 5 }, bearer(LOAD_TOKEN));
    const { classId } = made.json<{ classId: ClassSummary['classId'] }>();
    const sheds = { step: 'camera', reason: 'cpu' } as const;
    classes = [
      classOf({ waiting: 2, loss: { reports: 30, shares: 0.6 } }),
      classOf({ waiting: 1, shedding: { step: 'frame-rate', reason: 'packets' }, loss: { reports: 10, shares: 1 } }),
      classOf({ classId, synthetic: true, waiting: 300, shedding: sheds, loss: { reports: 40, shares: 4 } }),
    ];
    const quiet = classOf({ loss: { reports: 0, shares: 0 } });
    try {
      const status = await operator.ask<OperatorStatus>('GET', '/api/operator/status');
      expect(status.classes.map(({ waiting }) => waiting)).toEqual([2, 1]);
      expect(status.loadTests).toMatchObject([{ classId, students: 40, waiting: 300, shedding: sheds }]);
      // By people and not by classes: 1.6 of 40.
      expect(status.lossShare).toBeCloseTo(0.04);
      const scraped = async () => {
        const { body } = await campus.visitor('127.0.0.1').send('GET', '/metrics');
        const samples = readExposition(body).filter(({ value }) => value !== 0);
        return (name: string) =>
          samples.filter((each) => each.name === name).map(({ labels, value }) => [labels, value]);
      };
      const told = await scraped();
      expect(told('lectern_door_waiting')).toEqual([
        [{ kind: 'ordinary' }, 3],
        [{ kind: 'load-test' }, 300],
      ]);
      expect(told('lectern_classes_shedding')).toEqual([
        [{ kind: 'ordinary', step: 'frame-rate', reason: 'packets' }, 1],
        [{ kind: 'load-test', step: 'camera', reason: 'cpu' }, 1],
      ]);
      expect(told('lectern_reported_loss_share')).toEqual([
        [{ kind: 'ordinary' }, expect.closeTo(0.04) as number],
        [{ kind: 'load-test' }, expect.closeTo(0.1) as number],
      ]);
      classes = [quiet];
      expect((await operator.ask<OperatorStatus>('GET', '/api/operator/status')).lossShare).toBeNull();
      expect((await scraped())('lectern_reported_loss_share')).toEqual([]);
    } finally {
      classes = [];
      await campus.visitor().send('DELETE', `/api/load-tests/${classId}`, undefined, bearer(LOAD_TOKEN));
    }
  });

  it('are for operators alone', async () => {
    const onlooker = await campus.signUp('Onlooker');
    for (const [method, url, body] of [
      ['GET', '/api/operator/status'],
      ['POST', '/api/operator/drain', { drain: true }],
    ] as const) {
      expect(await campus.visitor().refusal(method, url, body)).toBe('not-signed-in');
      expect(await onlooker.refusal(method, url, body)).toBe('not-allowed');
    }
    expect((await readyz()).status).toBe(200);
  });

  it('prepare for an update and take it back: nothing begins meanwhile, and the audit says who did', async () => {
    const drained = await operator.ask<OperatorStatus>('POST', '/api/operator/drain', { drain: true });
    expect(drained.drainingSince).toBe(campus.clock.now.toISOString());
    expect(await readyz()).toMatchObject({
      status: 503,
      body: { status: 'draining', reason: expect.stringContaining('update') as string },
    });
    const refused = await campus
      .visitor()
      .send('POST', '/api/load-tests', { participants: 1, minutes: 1 }, bearer(LOAD_TOKEN));
    expect(refused.json()).toMatchObject({ code: 'draining' });
    campus.pass(60_000);
    const again = await operator.ask<OperatorStatus>('POST', '/api/operator/drain', { drain: true });
    expect(again.drainingSince).toBe(drained.drainingSince);

    const back = await operator.ask<OperatorStatus>('POST', '/api/operator/drain', { drain: false });
    expect(back.drainingSince).toBeNull();
    expect((await readyz()).status).toBe(200);
    const audit = await campus.database.query<{ action: string }>(
      `select action from audit where action like 'platform.drain%' order by audit_id`,
    );
    expect(audit.map(({ action }) => action)).toEqual(['platform.drain', 'platform.drain', 'platform.drain-end']);
  });

  describe('metrics', () => {
    const scrape = (at: Campus, remoteAddress: string, headers: Record<string, string> = {}) =>
      at.app.inject({ method: 'GET', url: '/metrics', remoteAddress, headers: { host: 'class.test', ...headers } });

    it('are for this machine alone without a token, and not for what a proxy on it passes on', async () => {
      expect((await scrape(campus, '127.0.0.1')).statusCode).toBe(200);
      expect((await scrape(campus, '::1')).statusCode).toBe(200);
      expect((await scrape(campus, '10.0.0.7')).statusCode).toBe(403);
      expect((await scrape(campus, '10.0.0.7', { host: 'localhost' })).statusCode).toBe(403);
      expect((await scrape(campus, '127.0.0.1', { 'x-forwarded-for': '10.0.0.7' })).statusCode).toBe(403);
    });

    it.each([
      { trustedProxies: 1 },
      { publicUrl: 'https://class.example.org' },
      { publicUrl: 'http://class.example.org' },
    ])('are for nobody without a token where a proxy may stand in front, whatever it says: %o', async (front) => {
      const http = { host: '127.0.0.1', port: 0, publicUrl: null, trustedProxies: 0, tls: null, selfSigned: false };
      const proxied = await Campus.open({ config: { http: { ...http, ...front } } });
      try {
        expect((await scrape(proxied, '127.0.0.1', { host: 'localhost' })).statusCode).toBe(403);
      } finally {
        await proxied.close();
      }
    });

    it('are for whoever has the token where there is one, and for nobody else', async () => {
      const guarded = await Campus.open({ config: { metricsToken: METRICS_TOKEN } });
      expect((await scrape(guarded, '10.0.0.7', bearer(METRICS_TOKEN))).statusCode).toBe(200);
      for (const [headers, why] of [
        [{}, 'No such header came'],
        [{ authorization: METRICS_TOKEN }, 'No such header came'],
        [bearer('a-wrong-token'), 'is not the one'],
      ] as const) {
        const refused = await scrape(guarded, '127.0.0.1', headers);
        expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([
          401,
          'Bearer realm="Lectern metrics"',
        ]);
        for (const named of [why, '"Authorization: Bearer TOKEN"', 'LECTERN_METRICS_TOKEN'])
          expect(refused.body).toContain(named);
      }
      for (let tries = 0; tries < 25; tries += 1) await scrape(guarded, '10.0.0.8', bearer(`wrong-${tries}`));
      expect((await scrape(guarded, '10.0.0.8', bearer('wrong-once-more'))).statusCode).toBe(429);
      expect((await scrape(guarded, '10.0.0.8', bearer(METRICS_TOKEN))).statusCode).toBe(200);
      await guarded.close();
    }, 60_000);

    it('count requests by the pattern of their route, never by their address', async () => {
      for (let visits = 0; visits < 30; visits += 1)
        await campus.visitor().send('GET', `/api/join/abcd-efgh-${1000 + visits}`);
      for (let visits = 0; visits < 30; visits += 1) await campus.visitor().send('GET', `/nowhere/${visits}`);
      const { body } = await scrape(campus, '127.0.0.1');
      expect(body).toContain('lectern_http_requests_total{method="GET",route="/api/join/:code",status="4xx"} 30');
      expect(body).not.toMatch(/nowhere|abcd/);
      expect(body).toMatch(
        /lectern_http_request_duration_seconds_bucket\{[^}]*route="\/api\/join\/:code",le="\+Inf"\} 30/,
      );
    });
  });
});
