import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { migrate, readMigrations } from './migrate.ts';
import { archiveOfNewStore, openPglite } from './pglite-database.ts';
import { openPostgres } from './postgres-database.ts';
import type { ScriptableDatabase } from './store.ts';

const PGLITE_PACKAGE = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'));
const XDG_CACHE = process.env['XDG_CACHE_HOME'];
/** Beside what the set-up keeps: nobody else may write there. */
const CACHE = join(XDG_CACHE?.startsWith('/') ? XDG_CACHE : join(homedir(), '.cache'), 'lectern', 'test-stores');

/** A real store for a test: empty, and gone when it is closed. */
export interface TestStore {
  readonly name: string;
  open(): Promise<ScriptableDatabase>;
}

const pglite: TestStore = {
  name: 'PGlite',
  open: async () => openPglite('memory://', { loadDataDir: await newStore() }),
};

/** Made once for all test files and runs of one PGlite: making a store takes seconds, unpacking one does not. */
export async function newStore(): Promise<Blob> {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(PGLITE_PACKAGE, 'utf8')));
  const path = join(CACHE, `pglite-${version}.tar`);
  const kept = await readFile(path).catch(() => null);
  if (kept) return new Blob([kept]);
  const archive = await archiveOfNewStore();
  await mkdir(CACHE, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, new Uint8Array(await archive.arrayBuffer()));
  await rename(unfinished, path);
  return archive;
}

function postgres(url: string): TestStore {
  return {
    name: 'PostgreSQL',
    open: async () => {
      const logger = pino({ level: 'silent' });
      const server = await openPostgres(url, logger);
      const name = `lectern_test_${randomBytes(6).toString('hex')}`;
      await server.query(`create database ${name}`);
      const own = new URL(url);
      own.pathname = `/${name}`;
      const database = await openPostgres(own.href, logger);
      const drop = async () => {
        await database.close();
        await server.query(`drop database ${name} with (force)`);
        await server.close();
      };
      let dropping: Promise<void> | undefined;
      return { ...database, close: () => (dropping ??= drop()) };
    },
  };
}

const url = process.env['LECTERN_TEST_POSTGRES_URL'];

/** PGlite always; PostgreSQL too where LECTERN_TEST_POSTGRES_URL names a server on which databases may be created. */
export const testStores: readonly TestStore[] = url === undefined ? [pglite] : [pglite, postgres(url)];

/** A store with this release's schema: PostgreSQL where there is one. */
export async function openMigratedStore(store: TestStore = testStores.at(-1) ?? pglite): Promise<ScriptableDatabase> {
  const database = await store.open();
  await migrate(database, await readMigrations());
  return database;
}
