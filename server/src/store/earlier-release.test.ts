import { readFile } from 'node:fs/promises';
import { accountIdSchema, classIdSchema, courseIdSchema, seatIdSchema } from '@lectern/contracts';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ClassRecords } from '../class-records/class-records.ts';
import { PermissionRecords } from '../class-records/permission-records.ts';
import { RecordWriter } from '../class-records/record-writer.ts';
import { ClassDirectory } from '../courses/class-directory.ts';
import { exportAccount } from '../identity/account-records.ts';
import { Accounts } from '../identity/accounts.ts';
import { InstitutionRules } from '../identity/institution-rules.ts';
import { migrate, readMigrations } from './migrate.ts';
import { enforceRetention, RETENTION } from './retention.ts';
import type { ScriptableDatabase } from './store.ts';
import { testStores } from './test-stores.ts';

/** The format on disk of the embedded store, which no seed in SQL would see change. */
const PGLITE_PG_VERSION = '18';
/** Ids of the made-up people, the same in every seed. */
const ADA = accountIdSchema.parse('a0000000-0000-4000-8000-000000000001');
const COURSE = courseIdSchema.parse('b0000000-0000-4000-8000-000000000001');
const CLASS = classIdSchema.parse('c0000000-0000-4000-8000-000000000001');
const SEAT = seatIdSchema.parse('d0000000-0000-4000-8000-000000000001');
const NOW = new Date('2026-11-23T08:10:00Z');
const LONG_AFTER = new Date('2036-11-23T08:10:00Z');

const releases = JSON.parse(await readFile(new URL('./releases.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;
const logger = pino({ level: 'silent' });

describe.each(testStores)('a store of an earlier release on $name', (store) => {
  it.each(Object.entries(releases))(
    '%s: is brought to this one with all that is in it',
    async (release, shipped) => {
      const database = await store.open();
      try {
        const migrations = await readMigrations();
        const names = Object.keys(shipped);
        expect(await migrate(database, migrations.slice(0, names.length))).toEqual(names);
        await database.script(await readFile(new URL(`./releases/${release}.sql`, import.meta.url), 'utf8'));
        const tables = await tablesOf(database);
        expect(await emptyOf(database, tables)).toEqual([]);

        expect(await migrate(database, migrations)).toEqual(migrations.slice(names.length).map(({ name }) => name));
        await readAsToday(database, tables);
        await enforceRetention(database, LONG_AFTER);
        const runOut = RETENTION.filter(({ enforce }) => enforce !== null).map(({ table }) => table);
        expect((await emptyOf(database, runOut)).toSorted()).toEqual(runOut.toSorted());
      } finally {
        await database.close();
      }
    },
    60_000,
  );
});

it('the embedded store is written in the format of the releases so far', async () => {
  const [pglite] = testStores;
  const database = await pglite!.open();
  const [row] = await database.query<{ version: string }>(`select trim(pg_read_file('PG_VERSION'), E'\\n') as version`);
  await database.close();
  expect(
    row?.version,
    'PGlite cannot open what an older PostgreSQL wrote. Keep an archive of a store that the former release made (its ' +
      'dumpDataDir) in store/releases/, bring it over in open-store.ts, and open it in this test; then change the version here.',
  ).toBe(PGLITE_PG_VERSION);
}, 60_000);

async function tablesOf(database: ScriptableDatabase): Promise<string[]> {
  const rows = await database.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  );
  return rows.map(({ table_name: table }) => table);
}

async function emptyOf(database: ScriptableDatabase, tables: readonly string[]): Promise<string[]> {
  const counted = await Promise.all(
    tables.map(async (table) => ({ table, rows: await database.query(`select 1 from ${table} limit 1`) })),
  );
  return counted.filter(({ rows }) => rows.length === 0).map(({ table }) => table);
}

/** `tables`: those that were there before, and so have something to give. */
async function readAsToday(database: ScriptableDatabase, tables: readonly string[]): Promise<void> {
  const ada = await new Accounts(database, () => NOW).byId(ADA);
  expect(ada).toMatchObject({ email: 'ada@analytical.example', roles: ['instructor', 'operator'] });
  const exported = await exportAccount(database, ada!, ADA, NOW);
  const nothing = Object.entries(exported.tables).filter(([, rows]) => rows.length === 0);
  expect(nothing.map(([table]) => table).filter((table) => tables.includes(table))).toEqual([]);

  expect((await InstitutionRules.read(database, null)).current()).toMatchObject({
    responsibleBody: 'Analytical University',
    permitted: { device: true, cohort: true },
  });
  expect(await new ClassDirectory(database).classById(CLASS)).toMatchObject({
    title: 'Moments of inertia',
    status: 'live',
  });
  const person = { seatId: SEAT, name: 'Ada Lovelace', role: 'student' };
  const writer = new RecordWriter(database, logger);
  expect(await new ClassRecords(database, writer).load(CLASS)).toEqual({
    chat: {
      recent: [{ messageId: 7, from: person, text: 'Which axis is it?', sentAt: new Date('2026-11-23T08:05:00.000Z') }],
      older: false,
      lastMessageId: 7,
      settings: { writers: 'staff', slowModeSeconds: 30 },
    },
    hands: [person],
    stage: [person],
    events: [{ atMs: 0, kind: 'started' }],
    participation: [{ minute: 4, messages: 1, hands: 1, reactions: 2 }],
  });
  expect(await new PermissionRecords(database, writer).newest(COURSE, SEAT, ADA)).toEqual({
    contribute: true,
    remind: null,
  });
}
