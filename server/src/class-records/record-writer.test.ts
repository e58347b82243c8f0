import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScriptableDatabase } from '../store/store.ts';
import { testStores } from '../store/test-stores.ts';
import { RecordWriter } from './record-writer.ts';

const INSERT = 'insert into note (n) values ($1)';
const INSERT_ROWS =
  'insert into note (n) select n from unnest($1::integer[]) with ordinality as row (n, place) order by place';

describe.each(testStores)('the writer of records on $name', (store) => {
  let database: ScriptableDatabase;
  let transactions = 0;
  let statements = 0;
  const logged: string[] = [];
  let writer: RecordWriter;

  beforeAll(async () => {
    database = await store.open();
    await database.script('create table note (place bigint generated always as identity, n integer primary key)');
  }, 60_000);
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.query('delete from note');
    transactions = 0;
    statements = 0;
    logged.length = 0;
    const counting = {
      query: database.query.bind(database),
      transaction: <T>(work: Parameters<typeof database.transaction<T>>[0]) => {
        transactions += 1;
        return database.transaction((inner) =>
          work({
            ...inner,
            query: (sql, values) => {
              statements += 1;
              return inner.query(sql, values);
            },
          }),
        );
      },
      close: () => Promise.resolve(),
    };
    writer = new RecordWriter(counting, pino({ level: 'error' }, { write: (line: string) => logged.push(line) }));
  });

  const notes = async () =>
    (await database.query<{ n: number }>('select n from note order by place')).map(({ n }) => n);

  it('writes in the order of the calls, and what comes together in one transaction', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(numbers.map((n) => writer.write(INSERT, [n])));
    expect(await notes()).toEqual(numbers);
    expect(transactions).toBe(1);
  });

  it('writes rows of one statement that come together with one statement, in the order of the calls', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => 40 - index);
    await Promise.all([writer.write(INSERT, [100]), ...numbers.map((n) => writer.writeRow(INSERT_ROWS, [n]))]);
    expect(await notes()).toEqual([100, ...numbers]);
    expect([transactions, statements]).toEqual([1, 2]);
  });

  it('rejects a row that cannot be written, and writes the others of its statement', async () => {
    const results = await Promise.allSettled([1, 2, 1, 3].map((n) => writer.writeRow(INSERT_ROWS, [n])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await notes()).toEqual([1, 2, 3]);
  });

  it('puts what comes in while a transaction runs into the next one', async () => {
    const first = writer.write(INSERT, [1]);
    await setImmediate();
    await setImmediate();
    const rest = [writer.write(INSERT, [2]), writer.write(INSERT, [3])];
    await Promise.all([first, ...rest]);
    expect(await notes()).toEqual([1, 2, 3]);
    expect(transactions).toBe(2);
  });

  it('rejects what cannot be written, and writes the others of its group', async () => {
    const results = await Promise.allSettled([1, 2, 1, 3].map((n) => writer.write(INSERT, [n])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await notes()).toEqual([1, 2, 3]);
  });

  it('has everything on disk once it is settled, and logs what nobody waited for', async () => {
    for (const n of [5, 5, 6]) writer.record(INSERT, [n]);
    await writer.settled();
    expect(await notes()).toEqual([5, 6]);
    await expect.poll(() => logged.length).toBe(1);
    await writer.settled();
  });

  it('is settled for one caller while others go on writing without end', async () => {
    const stop = new AbortController();
    // Each waits for its own commit, and a turn apart: one always waits while the other is written.
    const writeOn = async (from: number): Promise<void> => {
      for (let n = from; !stop.signal.aborted; n += 1) {
        await writer.write(INSERT, [n]);
        // The embedded database answers within one turn of the event loop: the test itself must get its turn.
        await setImmediate();
      }
    };
    const others = [writeOn(1_000)];
    await setImmediate();
    others.push(writeOn(1_000_000));
    await writer.write(INSERT, [1]);
    await writer.settled();
    stop.abort();
    await Promise.all(others);
    expect(await notes()).toContain(1);
    await writer.settled();
  });
});
