import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enforceRetention, RETENTION, startRetention } from './retention.ts';
import type { ScriptableDatabase } from './store.ts';
import { openMigratedStore, testStores } from './test-stores.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

describe.each(testStores)('retention on $name', (store) => {
  let database: ScriptableDatabase;
  const account = randomUUID();
  const course = randomUUID();

  beforeAll(async () => {
    database = await openMigratedStore(store);
    await database.query(
      `insert into account (account_id, email, name, password_hash, created_at) values ($1, 'a@b.test', 'A', '', $2)`,
      [account, daysAgo(900)],
    );
    await database.query('insert into course (course_id, title, created_at) values ($1, $2, $3)', [
      course,
      'Algebra',
      daysAgo(900),
    ]);
  }, 60_000);
  afterAll(() => database.close());

  async function addClass(endedDaysAgo: number | null): Promise<string> {
    const id = randomUUID();
    await database.query(
      `insert into class (class_id, course_id, title, join_code, guests_allowed, signal_enabled, status, ended_at, created_at)
       values ($1, $2, 'Rings', $3, true, true, $4, $5, $6)`,
      [id, course, id, endedDaysAgo === null ? 'live' : 'ended', endedDaysAgo && daysAgo(endedDaysAgo), daysAgo(400)],
    );
    return id;
  }

  async function addSeat(classId: string, owner: string | null, createdDaysAgo: number): Promise<string> {
    const id = randomUUID();
    await database.query(
      `insert into seat (seat_id, class_id, account_id, secret_hash, name, role, created_at)
       values ($1, $2, $3, '', 'N', 'student', $4)`,
      [id, classId, owner, daysAgo(createdDaysAgo)],
    );
    return id;
  }

  const count = async (table: string) => (await database.query(`select 1 from ${table}`)).length;

  it('has a clock for every table there is, and names no table that there is not', async () => {
    const tables = await database.query<{ table_name: string }>(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    expect(RETENTION.map(({ table }) => table).toSorted()).toEqual(tables.map((row) => row.table_name).toSorted());
  });

  it('ends sessions at their expiry and one-time links 30 days after theirs', async () => {
    for (const [index, expires] of [daysAgo(31), daysAgo(29), daysAgo(-1)].entries()) {
      const hash = new Uint8Array([index]);
      const values = [hash, account, expires];
      await database.query(
        'insert into session (token_hash, account_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $3)',
        values,
      );
      await database.query(
        'insert into password_reset (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $3)',
        values,
      );
      await database.query(
        `insert into invitation (token_hash, course_id, role, invited_by, created_at, expires_at)
         values ($1, $4, 'assistant', $2, $3, $3)`,
        [...values, course],
      );
    }
    const deleted = await enforceRetention(database, NOW);
    expect(deleted).toMatchObject({ session: 2, password_reset: 1, invitation: 1 });
    expect([await count('session'), await count('password_reset'), await count('invitation')]).toEqual([1, 2, 2]);
  });

  it('forgets guests 30 days after their class and accounts’ seats after a year, and those of classes that never ended', async () => {
    const old = await addClass(366);
    const recent = await addClass(31);
    const fresh = await addClass(29);
    const neverEnded = await addClass(null);
    await addSeat(old, account, 366);
    await addSeat(recent, null, 31);
    await addSeat(neverEnded, null, 366);
    const kept = [
      await addSeat(recent, account, 31),
      await addSeat(fresh, null, 29),
      await addSeat(neverEnded, null, 30),
    ];
    await enforceRetention(database, NOW);
    const left = await database.query<{ seat_id: string }>('select seat_id from seat');
    expect(left.map((row) => row.seat_id).toSorted()).toEqual(kept.toSorted());
  });

  it('keeps the audit for a year', async () => {
    for (const at of [daysAgo(366), daysAgo(364)]) {
      await database.query(`insert into audit (at, action, subject_kind) values ($1, 'course.create', 'course')`, [at]);
    }
    expect(await enforceRetention(database, NOW)).toMatchObject({ audit: 1 });
    expect(await enforceRetention(database, NOW)).toMatchObject({ audit: 0 });
  });

  it('runs at the start, and closing waits for the run under way', async () => {
    await database.query(`insert into audit (at, action, subject_kind) values ($1, 'course.create', 'course')`, [
      daysAgo(366),
    ]);
    const before = await count('audit');
    await startRetention(database, () => NOW, pino({ level: 'silent' })).close();
    expect(await count('audit')).toBe(before - 1);
  });
});
