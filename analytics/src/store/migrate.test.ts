import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TestStore } from '../test-stores.ts';
import { STORES } from '../test-stores.ts';
import { newClass } from '../test-signals.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openEngine } from './open-store.ts';
import { publishedWindow } from './queries/published-windows.ts';
import { windowTotals } from './queries/window-totals.ts';

describe.each(STORES)('migrations on $name', ({ open }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.remove());

  const recorded = () =>
    store.engine.query('SELECT number FROM schema_migration ORDER BY number', {}, z.object({ number: z.number() }));

  it('run once each', async () => {
    const migrations = await readMigrations();
    expect(await migrate(store.engine, migrations)).toEqual([]);
    expect(await recorded()).toEqual(migrations.map(({ number }) => ({ number })));
  });

  it('run again to the end when one was cut off in the middle', async () => {
    const ran = await readMigrations();
    const next = {
      number: ran.length + 1,
      name: 'cut-off',
      statements: [
        'CREATE TABLE IF NOT EXISTS cut_off (a UInt8) ENGINE = MergeTree ORDER BY a',
        'ALTER TABLE cut_off ADD COLUMN IF NOT EXISTS b UInt8',
      ],
    };
    const broken = { ...next, statements: [next.statements[0]!, 'ALTER TABLE nothing ADD COLUMN c UInt8'] };
    await expect(migrate(store.engine, [...ran, broken])).rejects.toThrow();
    expect(await recorded()).toHaveLength(ran.length);
    expect(await migrate(store.engine, [...ran, next])).toEqual(['cut-off']);
  });

  it('refuse a store of a newer schema with the remedy, and change nothing', async () => {
    const migrations = await readMigrations();
    await store.engine.insert('schema_migration', [{ number: 99, name: '0099-from-the-future' }]);
    await expect(migrate(store.engine, migrations)).rejects.toThrow(
      new RegExp(
        `has schema 99, this release knows ${migrations.length}: a newer Lectern.*Start that release or a newer one`,
        's',
      ),
    );
  });
});

describe.each(STORES)('a store of the first schema on $name', ({ open }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await open(openEngine);
  });
  afterAll(() => store.remove());

  it('keeps its rows: published ones name no model, live ones forget why there is no score', async () => {
    const { engine } = store;
    const migrations = await readMigrations();
    await migrate(engine, migrations.slice(0, 1));
    const classId = newClass();
    await engine.command(
      `INSERT INTO published_window (class_id, window, present, measured, unclear, minimum_cohort, noisy_sum, noise_sd, closed_at)
       VALUES ('${classId}', 3, 24, 20, 2, 10, 15.25, 10, now64(3))`,
    );
    await engine.command(
      `INSERT INTO live_signal (class_id, window, contributor_id, score, abstain, model_tag, precedence, received_at)
       VALUES ('${classId}', 4, generateUUIDv4(), NULL, 'static-picture', 7, -1, now64(3)),
              ('${classId}', 4, generateUUIDv4(), 0.5, NULL, 7, -2, now64(3))`,
    );
    await migrate(engine, migrations);
    const value = { noisySum: 15.25, noiseSd: 10 };
    const row = { window: 3, present: 24, measured: 20, unclear: 2, minimumCohort: 10, value, modelTags: [] };
    expect(await publishedWindow(engine, classId, 3)).toEqual(row);
    expect(await windowTotals(engine, classId, 4)).toEqual({ measured: 1, unclear: 1, scoreSum: 0.5 });
    const live = await engine.query('SELECT * FROM live_signal', {}, z.record(z.string(), z.unknown()));
    expect(JSON.stringify(live)).not.toContain('static-picture');
  });
});

describe('migration files', () => {
  it('are refused when a number is missing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lectern-migrations-'));
    writeFileSync(join(directory, '0002-later.sql'), 'SELECT 1;');
    await expect(readMigrations(pathToFileURL(`${directory}/`))).rejects.toThrow('0002-later.sql stands in place 1');
    rmSync(directory, { recursive: true });
  });

  it('are split at semicolons that end a line, without their comments', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lectern-migrations-'));
    writeFileSync(join(directory, '0001-two.sql'), "-- a; comment\nSELECT ';a';\n-- between\nSELECT\n  2;\n");
    expect((await readMigrations(pathToFileURL(`${directory}/`)))[0]?.statements).toEqual([
      "SELECT ';a'",
      'SELECT\n  2',
    ]);
    rmSync(directory, { recursive: true });
  });
});
