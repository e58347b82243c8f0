import type { ClassDetail, Course, JoinCard, LoadTest, Seat } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Campus } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

const TOKEN = 'a-load-token-of-this-test';
const MINUTE_MS = 60_000;
const JSON_TYPE = { 'content-type': 'application/json' };
const bearer = (token: string) => ({ ...JSON_TYPE, authorization: `Bearer ${token}` });

describe('load tests over HTTP', () => {
  let campus: Campus;
  let operator: Visitor;
  let runner: Visitor;

  beforeEach(async () => {
    campus = await Campus.open({ config: { loadToken: TOKEN }, perAddress: { seats: 100 } });
    operator = await campus.setUp();
    runner = campus.visitor();
  }, 60_000);
  afterEach(async () => {
    vi.useRealTimers();
    await campus.close();
  });

  async function start(body: object = {}): Promise<LoadTest> {
    const answer = await runner.send(
      'POST',
      '/api/load-tests',
      { participants: 20, minutes: 5, ...body },
      bearer(TOKEN),
    );
    expect(answer.statusCode, answer.body).toBe(201);
    return answer.json<LoadTest>();
  }

  async function refusal(
    method: 'POST' | 'PUT' | 'DELETE',
    url: string,
    headers: Record<string, string>,
    body?: object,
  ) {
    const answer = await campus.visitor('10.1.0.1').send(method, url, body, headers);
    return [answer.statusCode, answer.json<{ code: string }>().code];
  }

  it('make a class with its doors open, whose instructor has a seat and no account', async () => {
    const { classId, joinCode, instructor, endsAt } = await start({ title: 'lecture-2000' });
    expect(endsAt).toBe(new Date(campus.clock.now.getTime() + 5 * MINUTE_MS).toISOString());
    const { card } = await campus.visitor().ask<JoinCard>('GET', `/api/join/${joinCode}`);
    expect(card).toMatchObject({
      classId,
      title: 'Load test: lecture-2000',
      synthetic: true,
      status: 'open',
      instructors: [],
    });
    expect(instructor).toMatchObject({ classId, role: 'instructor', name: 'Load test' });
    const seat = await campus.parts.seats.authenticateSeat(classId, instructor.seatId, instructor.seatSecret);
    expect(seat).toMatchObject({ role: 'instructor', accountId: null });
    expect(await campus.database.query('select name from account')).toEqual([{ name: 'Ada' }]);
  });

  it('appear in nobody’s courses, and no instructor reads them as a class of theirs', async () => {
    const ordinary = await campus.planClass(operator);
    const { classId } = await start();
    const { courses } = await operator.ask<{ courses: Course[] }>('GET', '/api/courses');
    expect(courses.flatMap(({ classes }) => classes)).toMatchObject([{ classId: ordinary.classId, synthetic: false }]);
    expect(await operator.refusal('GET', `/api/classes/${classId}`)).toBe('not-found');
  });

  it('are closed to whoever has another token, or none, or tries many', async () => {
    const body = { participants: 20, minutes: 5 };
    const { classId } = await start();
    for (const headers of [
      JSON_TYPE,
      bearer('another-token-of-16'),
      { ...JSON_TYPE, authorization: `Basic ${TOKEN}` },
    ]) {
      expect(await refusal('POST', '/api/load-tests', headers, body)).toEqual([401, 'load-token-wrong']);
      expect(await refusal('DELETE', `/api/load-tests/${classId}`, headers)).toEqual([401, 'load-token-wrong']);
    }
    for (let tries = 0; tries < 20; tries += 1)
      await refusal('POST', '/api/load-tests', bearer(`wrong-${tries}`), body);
    expect(await refusal('POST', '/api/load-tests', bearer('wrong-once-more'), body)).toEqual([429, 'too-many']);
    // Who guesses behind the same address locks out nobody who knows it.
    await start();
  });

  it('refuse sizes and durations beyond what the contract allows', async () => {
    for (const wrong of [
      { participants: 20_001 },
      { participants: 0 },
      { minutes: 241 },
      { minutes: 0 },
      { more: 1 },
    ]) {
      const body = { participants: 20, minutes: 5, ...wrong };
      const answer = await runner.send('POST', '/api/load-tests', body, bearer(TOKEN));
      expect(answer.statusCode, JSON.stringify(wrong)).toBe(400);
    }
  });

  it('are removed by their token with everything in them, and no ordinary class is', async () => {
    const ordinary = await campus.planClass(operator);
    const { classId, joinCode } = await start();
    const seat = await runner.ask<Seat>('POST', `/api/join/${joinCode}`, { name: 'Student 1' });
    await campus.database.query(
      `insert into chat_message (class_id, message_id, seat_id, text, sent_at) values ($1, 1, $2, 'Hello', now())`,
      [classId, seat.seatId],
    );
    const other = `/api/load-tests/${ordinary.classId}`;
    expect(await refusal('DELETE', other, bearer(TOKEN))).toEqual([404, 'not-found']);
    expect((await operator.ask<ClassDetail>('GET', `/api/classes/${ordinary.classId}`)).status).toBe('planned');

    expect((await runner.send('DELETE', `/api/load-tests/${classId}`, undefined, bearer(TOKEN))).statusCode).toBe(204);
    for (const table of ['class', 'seat', 'chat_message']) {
      expect(await campus.database.query(`select 1 from ${table} where class_id = $1`, [classId]), table).toEqual([]);
    }
    expect(await campus.database.query('select title from course')).toEqual([{ title: 'Algebra' }]);
    expect(await campus.database.query('select class_id from signal_erasure')).toEqual([{ class_id: classId }]);
    expect(campus.told.slice(-2)).toEqual([['loadTestEnds', classId], ['figuresToErase']]);
  });

  it('are ended by an operator, too, which is recorded; by nobody else who is signed in', async () => {
    const ordinary = await campus.planClass(operator);
    const { classId } = await start();
    const url = `/api/operator/load-tests/${classId}`;
    expect(await campus.visitor().refusal('DELETE', url)).toBe('not-signed-in');
    const onlooker = await campus.signUp('Onlooker');
    expect(await onlooker.refusal('DELETE', url)).toBe('not-allowed');
    expect(await operator.refusal('DELETE', `/api/operator/load-tests/${ordinary.classId}`)).toBe('not-found');

    expect(await operator.ask('DELETE', url)).toMatchObject({ loadTests: [] });
    expect(await campus.database.query('select class_id from class')).toEqual([{ class_id: ordinary.classId }]);
    expect(campus.told.slice(-2)).toEqual([['loadTestEnds', classId], ['figuresToErase']]);
    const [line] = await campus.database.query(
      `select account.name, subject_id from audit join account on account_id = actor_id where action = 'load-test.end'`,
    );
    expect(line).toEqual({ name: 'Ada', subject_id: classId });
    expect(await operator.refusal('DELETE', url)).toBe('not-found');
  });

  it('end by themselves when their time is over, also one that ended while the server was away', async () => {
    const short = await start({ minutes: 5 });
    const long = await start({ minutes: 6 });
    const ids = async () =>
      (await campus.database.query<{ class_id: string }>('select class_id from class')).map(({ class_id: id }) => id);
    campus.pass(5 * MINUTE_MS);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    // As at a start: what is over meanwhile goes at once.
    const keeping = campus.parts.loadTests.keepTime();
    await campus.parts.loadTests.settled();
    expect(await ids()).toEqual([long.classId]);
    expect(campus.told).toContainEqual(['loadTestEnds', short.classId]);

    await vi.advanceTimersByTimeAsync(10_000);
    await campus.parts.loadTests.settled();
    expect(await ids()).toEqual([long.classId]);
    campus.pass(MINUTE_MS);
    await vi.advanceTimersByTimeAsync(5_000);
    await campus.parts.loadTests.settled();
    expect(await ids()).toEqual([]);
    await keeping.close();
  });

  it('may be joined by more from one address than any class, with the token alone', async () => {
    const { joinCode } = await start();
    const { joinCode: ordinary } = await campus.planClass(operator);
    const join = async (code: string, headers: Record<string, string> = {}) => {
      const answer = await campus.visitor('10.2.0.1').send('POST', `/api/join/${code}`, { name: 'Student' }, headers);
      return answer.statusCode;
    };
    for (const code of [joinCode, ordinary]) for (let seats = 0; seats < 100; seats += 1) await join(code);
    expect(await join(joinCode)).toBe(429);
    expect(await join(joinCode, bearer('another-token-of-16'))).toBe(429);
    expect(await join(joinCode, bearer(TOKEN))).toBe(200);
    expect(await join(ordinary, bearer(TOKEN))).toBe(429);
  }, 120_000);

  it('leave the result of the newest for the operator’s page', async () => {
    const result = {
      ...{ scenario: 'smoke', finishedAt: '2026-11-23T08:00:00.000Z', passed: false, participants: 20 },
      ...{ brokenOff: true, doesNotCount: ['the generator was late to send: p99 31 ms, more than 20'] },
      figures: [
        { name: 'join p95', value: 0.8, unit: 's', goal: 1.5, passed: true },
        { name: 'sound away', value: null, unit: 'ms', goal: 5000, passed: false },
      ],
      ...{ machine: '2 cores, 8 GB', contributing: 0.5, notJudged: ['event loop p99 once all are in'] },
    };
    expect(await campus.parts.loadTests.lastResult()).toEqual({ state: 'none' });
    for (const participants of [20, 30]) {
      const answer = await runner.send('PUT', '/api/load-tests/last', { ...result, participants }, bearer(TOKEN));
      expect(answer.statusCode, answer.body).toBe(204);
    }
    expect(await campus.parts.loadTests.lastResult()).toEqual({
      state: 'read',
      result: { ...result, participants: 30 },
    });
    expect(await refusal('PUT', '/api/load-tests/last', bearer('wrong-token-of-16-xx'), result)).toEqual([
      401,
      'load-token-wrong',
    ]);
  });

  it('say of a result that another release kept in its own form that it is there and cannot be read', async () => {
    await campus.database.query(
      `insert into load_test_result (received_at, result) values ('2026-11-22 08:00:00Z', '{"scenario": "smoke", "counted": true}')
       on conflict (only_row) do update set received_at = excluded.received_at, result = excluded.result`,
    );
    expect(await campus.parts.loadTests.lastResult()).toEqual({
      state: 'unreadable',
      receivedAt: '2026-11-22T08:00:00.000Z',
    });
  });

  it('are not allowed where there is no token', async () => {
    const closed = await Campus.open();
    const answer = await closed.visitor().send('POST', '/api/load-tests', {}, bearer(TOKEN));
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([403, 'load-tests-off']);
    await closed.close();
  }, 60_000);
});
