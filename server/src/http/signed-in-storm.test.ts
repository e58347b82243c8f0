import { randomUUID } from 'node:crypto';
import { accountIdSchema } from '@lectern/contracts';
import type { ClassDetail, Seat } from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PermissionRecords } from '../class-records/permission-records.ts';
import { RecordWriter } from '../class-records/record-writer.ts';
import type { Database } from '../store/database.ts';
import { Campus } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

/** A tenth of one where nothing else runs; what a busy machine draws out takes more statements. It was fourteen. */
const MOST_EACH = 3;
const STUDENTS = 200;

let campus: Campus;
let permissions: PermissionRecords;
beforeEach(async () => {
  campus = await Campus.open();
  const { database } = campus;
  permissions = new PermissionRecords(database, new RecordWriter(database, pino({ level: 'silent' })));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await campus.close();
});

/** Counts what the store is asked from now on, transactions by the statements in them. */
function countStatements(): { count: number } {
  const { database } = campus;
  const statements = { count: 0 };
  const counting = <Store extends Database>(store: Store): Store => ({
    ...store,
    query: (...asked: Parameters<Database['query']>) => {
      statements.count += 1;
      return store.query(...asked);
    },
  });
  const counted = counting({ ...database });
  const transaction = database.transaction.bind(database);
  vi.spyOn(database, 'query').mockImplementation((...asked) => counted.query(...asked));
  vi.spyOn(database, 'transaction').mockImplementation((work) => transaction((inside) => work(counting(inside))));
  return statements;
}

/** Somebody who signed in more than an hour ago. */
async function signedIn(index: number): Promise<Visitor> {
  const accountId = accountIdSchema.parse(randomUUID());
  await campus.database.query(
    `insert into account (account_id, email, name, password_hash, created_at) values ($1, $2, $3, '', now())`,
    [accountId, `${accountId}@campus.test`, `Student ${index}`],
  );
  const visitor = campus.visitor();
  visitor.cookie = `lectern=${await campus.parts.sessions.open(accountId)}`;
  return visitor;
}

/** All that the store is asked on somebody's way in: the page, its card, the seat, the handshake, the answer that counts. */
async function comeIn(visitor: Visitor, { joinCode, courseId }: ClassDetail, keep?: Seat): Promise<Seat> {
  const { seats } = campus.parts;
  await visitor.ask('GET', '/api/session');
  await visitor.ask('GET', `/api/join/${joinCode}`);
  const kept = keep && { keep: { seatId: keep.seatId, seatSecret: keep.seatSecret } };
  const seat = await visitor.ask<Seat>('POST', `/api/join/${joinCode}`, { ...kept });
  const { accountId } = await seats.authenticateSeat(seat.classId, seat.seatId, seat.seatSecret);
  await permissions.newest(courseId, seat.seatId, accountId);
  await seats.noteArrival(seat.seatId, campus.clock.now);
  return seat;
}

it('asks the store at most twice for each of 200 signed-in people who come at once, and as often when they come again', async () => {
  const detail = await campus.planClass(await campus.setUp());
  const students: Visitor[] = [];
  for (let index = 0; index < STUDENTS; index += 1) students.push(await signedIn(index));
  campus.pass(2 * 60 * 60_000);
  const statements = countStatements();
  const seats = await Promise.all(students.map((student) => comeIn(student, detail)));
  expect(new Set(seats.map(({ seatId }) => seatId)).size).toBe(STUDENTS);
  expect(seats.map(({ name }) => name)).toEqual(students.map((_, index) => `Student ${index}`));
  expect(statements.count).toBeLessThanOrEqual(MOST_EACH * STUDENTS);

  statements.count = 0;
  const again = await Promise.all(students.map((student, index) => comeIn(student, detail, seats[index])));
  expect(again).toEqual(seats);
  expect(statements.count).toBeLessThanOrEqual(MOST_EACH * STUDENTS);
}, 60_000);

it('gives an account that sits down in two places at once one seat, which the later one opens', async () => {
  const { joinCode } = await campus.planClass(await campus.setUp());
  const student = await signedIn(0);
  const [first, second] = await Promise.all([0, 1].map(() => student.ask<Seat>('POST', `/api/join/${joinCode}`, {})));
  if (!first || !second) throw new Error('there are two');
  const opens = ({ classId, seatId, seatSecret }: Seat) =>
    campus.parts.seats.authenticateSeat(classId, seatId, seatSecret).then(
      () => true,
      () => false,
    );
  expect(second.seatId).toBe(first.seatId);
  expect([await opens(first), await opens(second)]).toEqual([false, true]);
}, 60_000);
