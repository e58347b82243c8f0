import { createClient } from '@clickhouse/client';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './store/engine.ts';
import type { StoreLocation } from './store/open-store.ts';
import { openStore } from './store/open-store.ts';

/** An empty store for one test file; `remove` closes it and leaves nothing behind. */
export interface TestStore {
  readonly location: StoreLocation;
  readonly engine: Engine;
  remove(): Promise<void>;
}

/** How it is opened: with this release's schema unless a test brings it there itself. */
type OpenEngine = (location: StoreLocation) => Promise<Engine>;

async function chdbStore(openIt: OpenEngine): Promise<TestStore> {
  const directory = mkdtempSync(join(tmpdir(), 'lectern-analytics-'));
  const location: StoreLocation = { kind: 'chdb', directory };
  const engine = await openIt(location);
  return {
    location,
    engine,
    async remove() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function clickhouseStore(url: string, openIt: OpenEngine): Promise<TestStore> {
  const database = `lectern_test_${randomUUID().replaceAll('-', '')}`;
  const admin = createClient({ url });
  await admin.command({ query: `CREATE DATABASE ${database}` });
  const location: StoreLocation = { kind: 'clickhouse', url: new URL(`/${database}`, url).href };
  const engine = await openIt(location);
  return {
    location,
    engine,
    async remove() {
      await engine.close();
      await admin.command({ query: `DROP DATABASE ${database}` });
      await admin.close();
    },
  };
}

const clickhouseUrl = process.env['LECTERN_TEST_CLICKHOUSE_URL'];

/** The stores that a suite runs on: chDB, and a ClickHouse where LECTERN_TEST_CLICKHOUSE_URL names one. */
export const STORES: readonly { readonly name: string; readonly open: (openIt?: OpenEngine) => Promise<TestStore> }[] =
  [
    { name: 'chDB', open: (openIt = openStore) => chdbStore(openIt) },
    ...(clickhouseUrl === undefined
      ? []
      : [{ name: 'ClickHouse', open: (openIt: OpenEngine = openStore) => clickhouseStore(clickhouseUrl, openIt) }]),
  ];
