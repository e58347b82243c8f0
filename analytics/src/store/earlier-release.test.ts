import { readFile } from 'node:fs/promises';
import { classIdSchema } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ClassSignals } from '../class-signals.ts';
import { RETENTION, sweep } from '../retention.ts';
import type { TestStore } from '../test-stores.ts';
import { STORES } from '../test-stores.ts';
import type { Engine } from './engine.ts';
import { migrate, readMigrations, statementsOf } from './migrate.ts';
import { openEngine } from './open-store.ts';
import { publishedWindow } from './queries/published-windows.ts';
import { windowTotals } from './queries/window-totals.ts';

/** ClickHouse's in chDB: the format on disk of the embedded store, which no seed in SQL would see change. */
const CHDB_MAJOR_VERSION = 26;
const DAY_MS = 86_400_000;
/** Of every seed. */
const CLASS = classIdSchema.parse('c0000000-0000-4000-8000-000000000001');

const releases = JSON.parse(await readFile(new URL('./releases.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;

describe.each(STORES)('an analytics store of an earlier release on $name', ({ open }) => {
  let store: TestStore;
  let engine: Engine;
  beforeEach(async () => {
    store = await open(openEngine);
    engine = store.engine;
  });
  afterEach(() => store.remove());

  it.each(Object.entries(releases))('%s: is brought to this one with all that is in it', async (release, shipped) => {
    const migrations = await readMigrations();
    const names = Object.keys(shipped);
    expect(await migrate(engine, migrations.slice(0, names.length))).toEqual(names);
    const seed = await readFile(new URL(`./releases/${release}.sql`, import.meta.url), 'utf8');
    for (const statement of statementsOf(seed)) await engine.command(statement);
    expect(await emptyOf(engine, await tablesOf(engine))).toEqual([]);

    expect(await migrate(engine, migrations)).toEqual(migrations.slice(names.length).map(({ name }) => name));
    await readAsToday(engine);
    const keepMs = Math.max(...Object.values(RETENTION).map((clock) => clock.keepMs));
    await sweep(engine, Date.now() + keepMs + DAY_MS);
    expect(await emptyOf(engine, Object.keys(RETENTION))).toEqual(Object.keys(RETENTION));
  });

  it('is written, when it is the embedded one, in the format of the releases so far', async () => {
    if (engine.kind !== 'chdb') return;
    const [row] = await engine.query('SELECT version() AS version', {}, z.object({ version: z.string() }));
    expect(
      Number.parseInt(row?.version ?? '', 10),
      'A new major version of the embedded ClickHouse: keep an archive of the directory that the former release wrote in ' +
        'store/releases/ and open it in this test; then change the version here.',
    ).toBe(CHDB_MAJOR_VERSION);
  });
});

async function tablesOf(engine: Engine): Promise<string[]> {
  const sql = 'SELECT name FROM system.tables WHERE database = currentDatabase()';
  return (await engine.query(sql, {}, z.object({ name: z.string() }))).map(({ name }) => name);
}

async function emptyOf(engine: Engine, tables: readonly string[]): Promise<string[]> {
  const empty: string[] = [];
  for (const table of tables) {
    const rows = await engine.query(`SELECT 1 AS one FROM ${table} LIMIT 1`, {}, z.object({ one: z.number() }));
    if (rows.length === 0) empty.push(table);
  }
  return empty;
}

async function readAsToday(engine: Engine): Promise<void> {
  const value = { noisySum: 15.25, noiseSd: 10 };
  const counts = { present: 24, measured: 20, unclear: 2 };
  expect(await publishedWindow(engine, CLASS, 0)).toEqual({
    window: 0,
    ...counts,
    minimumCohort: 10,
    value,
    modelTags: [7],
  });
  expect(await windowTotals(engine, CLASS, 1)).toEqual({ measured: 1, unclear: 0, scoreSum: 0.5 });
  const signals = new ClassSignals({ engine, now: Date.now, uniform: Math.random });
  expect(await signals.newestClosed(CLASS)).toBe(0);
  const pacing = await signals.pacing(CLASS, 10);
  expect(pacing).toMatchObject({
    state: 'reading',
    modelTags: [7],
    measured: 20,
    coverage: [{ window: 0, ...counts }],
  });
  // A row that is there already was counted; it is not stored a second time.
  const closed = await signals.closeWindow({ classId: CLASS, window: 1, present: 24, minimumCohort: 10 });
  expect(closed.coverage).toMatchObject({ window: 1, present: 24 });
}
