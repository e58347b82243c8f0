import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountId, ClassDetail, Seat } from '@lectern/contracts';
import { accountIdSchema } from '@lectern/contracts';
import { RecordWriter } from '../class-records/record-writer.ts';
import { Sessions } from '../identity/sessions.ts';
import { TestClassroom } from '../signalling/test-classroom.ts';
import type { Database } from '../store/database.ts';
import { Seats } from './seats.ts';

describe('a seat whose sign-in ends while it is being taken', () => {
  let classroom: TestClassroom;
  let sessions: Sessions;
  let detail: ClassDetail;
  let accountId: AccountId;
  beforeAll(async () => {
    classroom = await TestClassroom.open();
    sessions = new Sessions(classroom.database, () => new Date());
    detail = await classroom.plan();
    const { seatId } = await classroom.staffSeat(detail, 'instructor', 'Ada');
    const [row] = await classroom.database.query('select account_id from seat where seat_id = $1', [seatId]);
    accountId = accountIdSchema.parse(row?.['account_id']);
  });
  afterAll(() => classroom.close());

  const take = (database: Database, session: string, keep?: Seat) =>
    new Seats(database, classroom.classes, new RecordWriter(database, pino({ level: 'silent' }))).takeSeat(
      detail.joinCode,
      {
        account: { accountId, name: 'Ada', session },
        name: undefined,
        keep,
        at: new Date(),
      },
    );
  /** The classroom's database, with something that comes in between just before the seat is written. */
  const interrupted = (comesIn: () => Promise<unknown>): Database => ({
    ...classroom.database,
    query: async <Row extends object>(sql: string, values?: Parameters<Database['query']>[1]) => {
      if (/(?:insert into|update) seat\b/.test(sql)) await comesIn();
      return classroom.database.query<Row>(sql, values);
    },
  });
  const authenticate = ({ seatId, seatSecret }: Seat) =>
    classroom.seats.authenticateSeat(detail.classId, seatId, seatSecret);

  it.each(['a new one', 'a kept one'])('is not given: %s', async (which) => {
    const session = await sessions.open(accountId);
    const before = await take(classroom.database, session);
    const keep = which === 'a kept one' ? before : undefined;
    const taking = take(
      interrupted(() => sessions.close(session)),
      session,
      keep,
    );
    await expect(taking).rejects.toMatchObject({ code: 'not-signed-in' });
    await expect(authenticate(before)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('is not given after a new password either', async () => {
    const session = await sessions.open(accountId);
    const taking = take(
      interrupted(() => sessions.closeAll(accountId, null)),
      session,
    );
    await expect(taking).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it.runIf(process.env['LECTERN_TEST_POSTGRES_URL'])('is waited for when it is written already, and shut', async () => {
    const session = await sessions.open(accountId);
    const written = Promise.withResolvers<Seat>();
    const goesOn = Promise.withResolvers<undefined>();
    const writing = classroom.database.transaction(async (transaction) => {
      written.resolve(await take(transaction, session));
      await goesOn.promise;
    });
    const seat = await written.promise;
    let closed = false;
    const closing = sessions.close(session).finally(() => (closed = true));
    const waits = () =>
      classroom.database.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
    await expect.poll(waits).toHaveLength(1);
    await setImmediate();
    expect(closed).toBe(false);
    goesOn.resolve(undefined);
    await writing;
    expect(await closing).toEqual([{ classId: detail.classId, seatId: seat.seatId }]);
    await expect(authenticate(seat)).rejects.toMatchObject({ code: 'not-signed-in' });
  });
});
