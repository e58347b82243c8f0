import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RETENTION, sweep } from './retention.ts';
import { STORED_TABLES } from './store/engine.ts';
import type { StoredTable } from './store/engine.ts';
import { storeLiveRows } from './store/queries/store-live-rows.ts';
import { storePublishedWindow } from './store/queries/store-published-window.ts';
import { newClass, people, publishedWindow, scored } from './test-signals.ts';
import type { TestStore } from './test-stores.ts';
import { STORES } from './test-stores.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe.each(STORES)('retention on $name', ({ open }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await open();
    // The engine's own clock would be first, and hide whether the sweep works.
    for (const table of STORED_TABLES) await store.engine.command(`SYSTEM STOP TTL MERGES ${table}`);
  });
  afterAll(() => store.remove());

  async function windowsIn(table: StoredTable): Promise<number[]> {
    const rows = await store.engine.query(
      `SELECT DISTINCT window FROM ${table} ORDER BY window`,
      {},
      z.object({ window: z.number() }),
    );
    return rows.map(({ window }) => window);
  }

  it('deletes live rows after fifteen minutes, twenty-one at most, and leaves the newer ones', async () => {
    const now = Date.now();
    const classId = newClass();
    const ages = [0, 5, 14, 21, 60, 24 * 60];
    for (const ageMin of ages) {
      const rows = people(3).map((person, index) => ({ row: scored(classId, person, ageMin, 0.5), arrival: index }));
      await storeLiveRows(store.engine, rows, now - ageMin * MINUTE_MS);
    }
    expect(await windowsIn('live_signal')).toEqual(ages);
    expect(await sweep(store.engine, now)).toMatchObject({ live_signal: 9 });
    expect(await windowsIn('live_signal')).toEqual([0, 5, 14]);
  });

  it('deletes published rows after 400 days, to the row', async () => {
    const now = Date.now();
    const classId = newClass();
    for (const ageDays of [0, 399, 401, 500]) {
      await storePublishedWindow(store.engine, classId, publishedWindow(ageDays, 20, 0.5), now - ageDays * DAY_MS);
    }
    expect(await sweep(store.engine, now)).toMatchObject({ published_window: 2 });
    expect(await windowsIn('published_window')).toEqual([0, 399]);
  });

  it('has a clock for every table that is written while classes run, the same as the engine’s own', async () => {
    const tables = await store.engine.query(
      'SELECT name, create_table_query AS definition FROM system.tables WHERE database = currentDatabase()',
      {},
      z.object({ name: z.string(), definition: z.string() }),
    );
    const kept = tables.filter(({ name }) => name !== 'schema_migration');
    expect(kept.map(({ name }) => name).sort()).toEqual(Object.keys(RETENTION).sort());
    const clock = (name: string) =>
      /TTL .*?toInterval(\w+)\((\d+)\)/.exec(kept.find((t) => t.name === name)!.definition);
    expect(Number(clock('live_signal')?.[2]) * MINUTE_MS).toBe(RETENTION.live_signal.keepMs);
    expect(Number(clock('published_window')?.[2]) * DAY_MS).toBe(RETENTION.published_window.keepMs);
  });
});
