import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enforceRetention, RETENTION, startRetention } from './retention.ts';
import type { ScriptableDatabase } from './store.ts';
import { openMigratedStore, testStores } from './test-stores.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const ago = (ms: number) => new Date(NOW.getTime() - ms);

/** One way in which rows of a table run out. */
interface Case {
  readonly table: string;
  /** From when the clock runs. */
  readonly from: string;
  readonly keptMs: number;
  /** Adds one row whose clock runs from `start`. */
  readonly add: (start: Date) => Promise<unknown>;
}

describe.each(testStores)('retention on $name', (store) => {
  let database: ScriptableDatabase;
  const account = randomUUID();
  const course = randomUUID();

  beforeAll(async () => {
    database = await openMigratedStore(store);
    await database.query(
      `insert into account (account_id, email, name, password_hash, created_at) values ($1, 'a@b.test', 'A', '', $2)`,
      [account, ago(900 * DAY_MS)],
    );
    await database.query('insert into course (course_id, title, created_at) values ($1, $2, $3)', [
      course,
      'Algebra',
      ago(900 * DAY_MS),
    ]);
  }, 60_000);
  afterAll(() => database.close());

  async function addClass({ endedAt, startsAt = null }: { endedAt: Date | null; startsAt?: Date | null }) {
    const id = randomUUID();
    await database.query(
      `insert into class (class_id, course_id, title, join_code, guests_allowed, signal_enabled, status, starts_at, ended_at, created_at)
       values ($1, $2, 'Rings', $3, true, true, $4, $5, $6, $7)`,
      [id, course, id, endedAt === null ? 'live' : 'ended', startsAt, endedAt, ago(800 * DAY_MS)],
    );
    return id;
  }

  async function addSeat(classId: string, owner: string | null, createdAt: Date): Promise<string> {
    const id = randomUUID();
    await database.query(
      `insert into seat (seat_id, class_id, account_id, secret_hash, name, role, created_at)
       values ($1, $2, $3, '', 'N', 'student', $4)`,
      [id, classId, owner, createdAt],
    );
    return id;
  }

  /** The seat of somebody who sits in a class that ended then, or runs. */
  async function someSeat(endedAt: Date | null): Promise<{ classId: string; seatId: string }> {
    const classId = await addClass({ endedAt });
    return { classId, seatId: await addSeat(classId, null, ago(DAY_MS)) };
  }

  async function addStageRow(table: 'raised_hand' | 'stage_member', endedAt: Date | null): Promise<void> {
    const { classId, seatId } = await someSeat(endedAt);
    const since = table === 'raised_hand' ? 'raised_at' : 'joined_at';
    await database.query(`insert into ${table} (class_id, seat_id, ${since}) values ($1, $2, $3)`, [
      classId,
      seatId,
      ago(DAY_MS),
    ]);
  }

  const cases: readonly Case[] = [
    {
      table: 'session',
      from: 'its expiry',
      keptMs: 0,
      add: (start) =>
        database.query(
          'insert into session (token_hash, account_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $3)',
          [randomBytes(32), account, start],
        ),
    },
    {
      table: 'password_reset',
      from: 'its expiry',
      keptMs: 30 * DAY_MS,
      add: (start) =>
        database.query(
          'insert into password_reset (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $3)',
          [randomBytes(32), account, start],
        ),
    },
    {
      table: 'invitation',
      from: 'its expiry',
      keptMs: 30 * DAY_MS,
      add: (start) =>
        database.query(
          `insert into invitation (token_hash, course_id, role, invited_by, created_at, expires_at)
           values ($1, $2, 'assistant', $3, $4, $4)`,
          [randomBytes(32), course, account, start],
        ),
    },
    {
      table: 'seat',
      from: 'the end of a guest’s class',
      keptMs: 30 * DAY_MS,
      add: async (start) => addSeat(await addClass({ endedAt: start }), null, ago(700 * DAY_MS)),
    },
    {
      table: 'seat',
      from: 'the end of an account’s class',
      keptMs: 365 * DAY_MS,
      add: async (start) => addSeat(await addClass({ endedAt: start }), account, ago(700 * DAY_MS)),
    },
    {
      table: 'seat',
      from: 'being taken, in a class that never ended',
      keptMs: 365 * DAY_MS,
      add: async (start) => addSeat(await addClass({ endedAt: null }), null, start),
    },
    {
      table: 'seat',
      from: 'the planned time of a class that never ended',
      keptMs: 365 * DAY_MS,
      add: async (start) => addSeat(await addClass({ endedAt: null, startsAt: start }), account, ago(700 * DAY_MS)),
    },
    {
      table: 'chat_message',
      from: 'being sent',
      keptMs: 30 * DAY_MS,
      add: async (start) => {
        const { classId, seatId } = await someSeat(null);
        await database.query(
          `insert into chat_message (class_id, message_id, seat_id, text, sent_at) values ($1, 1, $2, 'hello', $3)`,
          [classId, seatId, start],
        );
      },
    },
    { table: 'raised_hand', from: 'the class’s end', keptMs: 0, add: (start) => addStageRow('raised_hand', start) },
    { table: 'stage_member', from: 'the class’s end', keptMs: 0, add: (start) => addStageRow('stage_member', start) },
    {
      table: 'audit',
      from: 'what it tells of',
      keptMs: 365 * DAY_MS,
      add: (start) =>
        database.query(`insert into audit (at, action, subject_kind) values ($1, 'course.create', 'course')`, [start]),
    },
  ];

  const count = async (table: string) => (await database.query(`select 1 from ${table}`)).length;

  it('has a clock for every table there is, and names no table that there is not', async () => {
    const tables = await database.query<{ table_name: string }>(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    expect(RETENTION.map(({ table }) => table).toSorted()).toEqual(tables.map((row) => row.table_name).toSorted());
  });

  it('is tried here for every clock that runs out by itself', () => {
    const runOut = RETENTION.filter(({ enforce }) => enforce !== null).map(({ table }) => table);
    expect([...new Set(cases.map(({ table }) => table))].toSorted()).toEqual(runOut.toSorted());
  });

  it.each(cases)(
    'of $table counts from $from: gone just past it, there just before',
    async ({ table, keptMs, add }) => {
      await enforceRetention(database, NOW);
      const before = await count(table);
      await add(ago(keptMs + SECOND_MS));
      expect(await enforceRetention(database, NOW)).toMatchObject({ [table]: 1 });
      expect(await count(table)).toBe(before);
      await add(ago(keptMs - SECOND_MS));
      expect(await enforceRetention(database, NOW)).toMatchObject({ [table]: 0 });
      expect(await count(table)).toBe(before + 1);
    },
  );

  it.each(['raised_hand', 'stage_member'] as const)('leaves each %s of a class that runs', async (table) => {
    const before = await count(table);
    await addStageRow(table, null);
    await enforceRetention(database, NOW);
    expect(await count(table)).toBe(before + 1);
  });

  it('runs at the start, and closing waits for the run under way', async () => {
    const before = await count('audit');
    await database.query(`insert into audit (at, action, subject_kind) values ($1, 'course.create', 'course')`, [
      ago(366 * DAY_MS),
    ]);
    await startRetention(database, () => NOW, pino({ level: 'silent' })).close();
    expect(await count('audit')).toBe(before);
  });
});
