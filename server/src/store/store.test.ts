import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { StartError } from './store.ts';
import type { ScriptableDatabase } from './store.ts';
import { testStores } from './test-stores.ts';

describe.each(testStores)('a store with a load test from before classes expected people on $name', (store) => {
  it('knows how many its class expects, and of an ordinary class that nothing was said', async () => {
    const database = await store.open();
    try {
      const migrations = await readMigrations();
      await migrate(database, migrations.slice(0, 7));
      await database.script(`
        insert into course (course_id, title, created_at) values ('b0000000-0000-4000-8000-000000000001', 'Load tests', now());
        insert into class (class_id, course_id, title, join_code, guests_allowed, signal_enabled, created_at, load_test_ends_at, load_test_participants)
        select gen_random_uuid(), course_id, 'Rings', code, true, true, now(), ends_at, participants from course,
          (values ('aaaa', now(), 500), ('bbbb', null, null)) as planned (code, ends_at, participants)`);
      await migrate(database, migrations);
      const classes = 'select join_code, expected_people, load_test_ends_at is null as ordinary from class order by 1';
      expect(await database.query(classes)).toEqual([
        { join_code: 'aaaa', expected_people: 500, ordinary: false },
        { join_code: 'bbbb', expected_people: null, ordinary: true },
      ]);
    } finally {
      await database.close();
    }
  }, 60_000);
});

describe.each(testStores)('the store on $name', (store) => {
  let database: ScriptableDatabase;

  beforeAll(async () => {
    database = await store.open();
  }, 60_000);
  afterAll(() => database.close());

  it('migrates an empty store once, and finds nothing to do the second time', async () => {
    const migrations = await readMigrations();
    expect(await migrate(database, migrations)).toEqual(migrations.map(({ name }) => name));
    expect(await migrate(database, migrations)).toEqual([]);
  });

  it('gives values back in the same types', async () => {
    const at = new Date('2026-11-23T08:00:00.123Z');
    const [row] = await database.query(
      `select $1::timestamptz as at, $2::bytea as bytes, $3::text[] as texts, $4::jsonb as json, 7::bigint as small,
         9007199254740993::bigint as large, null::text as nothing, $5::boolean as flag, count(*)::integer as count`,
      [at, new Uint8Array([0, 255, 128]), ['a', 'b"c,{}'], JSON.stringify({ nested: [1, null] }), true],
    );
    expect({ ...row, bytes: [...(row?.['bytes'] as Uint8Array)] }).toEqual({
      at,
      bytes: [0, 255, 128],
      texts: ['a', 'b"c,{}'],
      json: { nested: [1, null] },
      small: 7,
      large: 9_007_199_254_740_993n,
      nothing: null,
      flag: true,
      count: 1,
    });
  });

  it('rolls a rejected transaction back and passes its error on', async () => {
    await database.script('create table kept (value integer primary key)');
    const failed = database.transaction(async (transaction) => {
      await transaction.query('insert into kept values (1)');
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    expect(await database.query('select * from kept')).toEqual([]);
  });

  it('rolls a rejected inner transaction back and keeps the outer one', async () => {
    await database.transaction(async (outer) => {
      await outer.query('insert into kept values (2)');
      await outer
        .transaction(async (inner) => {
          await inner.query('insert into kept values (3)');
          await inner.query('insert into kept values (3)');
        })
        .catch((error: unknown) => {
          expect(error).toMatchObject({ code: '23505' });
        });
    });
    expect(await database.query('select value from kept')).toEqual([{ value: 2 }]);
  });

  it('answers questions that come in while a transaction runs', async () => {
    const order: string[] = [];
    const slow = database.transaction(async (transaction) => {
      await transaction.query('select 1');
      order.push('inside');
      await transaction.query('select 2');
    });
    await Promise.all([slow, database.query('select 3').then(() => order.push('outside'))]);
    expect(order.toSorted()).toEqual(['inside', 'outside']);
  });

  it('refuses a store that a newer release has written, with the remedy, and changes nothing', async () => {
    const known = await readMigrations();
    const newer = known.length + 1;
    await database.query(`insert into schema_migration (number, name) values ($1, 'from the future')`, [newer]);
    const refused = migrate(database, known);
    await expect(refused).rejects.toThrow(StartError);
    await expect(refused).rejects.toThrow(/schema \d+, this release knows \d+.*Start that release or a newer one/);
    expect(await database.query('select max(number) as newest from schema_migration')).toEqual([{ newest: newer }]);
    await database.query('delete from schema_migration where number = $1', [newer]);
  });

  it('leaves nothing of a migration that fails half way', async () => {
    const known = await readMigrations();
    const broken = { number: known.length + 1, name: 'broken', sql: 'create table half (a integer); select 1 / 0;' };
    await expect(migrate(database, [...known, broken])).rejects.toMatchObject({ code: '22012' });
    expect(await database.query(`select to_regclass('half') as half`)).toEqual([{ half: null }]);
    expect(await migrate(database, known)).toEqual([]);
  });

  it('closes twice without complaint', async () => {
    const another = await store.open();
    await another.query('select 1');
    await Promise.all([another.close(), another.close()]);
  }, 60_000);
});

describe('migrations', () => {
  it('are refused when a number is missing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lectern-migrations-'));
    await writeFile(join(directory, '0001-first.sql'), '');
    await writeFile(join(directory, '0003-third.sql'), '');
    await expect(readMigrations(pathToFileURL(`${directory}/`))).rejects.toThrow('0003-third.sql stands in place 2');
    await rm(directory, { recursive: true });
  });
});
