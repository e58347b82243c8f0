import { readdir, readFile } from 'node:fs/promises';
import type { ScriptableDatabase } from './store.ts';
import { StartError } from './store.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const FILE_NAME = /^(?<number>\d{4})-[a-z0-9-]+\.sql$/;
const MIGRATIONS = new URL('./migrations/', import.meta.url);
/** Any constant does: it keeps two servers on one PostgreSQL from migrating at once. */
const ADVISORY_LOCK = 7_403_112;

/** The migrations of this release, in order. Rejects when a file is misnamed or a number is missing or taken twice. */
export async function readMigrations(directory: URL = MIGRATIONS): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(FILE_NAME.exec(name)?.groups?.['number']);
      if (number !== index + 1) {
        throw new Error(
          `Migration ${name} stands in place ${index + 1}: files are NNNN-name.sql, numbered without gaps.`,
        );
      }
      return { number, name: name.slice(0, -'.sql'.length), sql: await readFile(new URL(name, directory), 'utf8') };
    }),
  );
}

/**
 * Brings the store to this release's schema, each migration in a transaction of its own; gives the names of those that ran.
 * Rejects with a StartError when the store was written by a newer release, and changes nothing then.
 */
export async function migrate(database: ScriptableDatabase, migrations: readonly Migration[]): Promise<string[]> {
  await database.script(`create table if not exists schema_migration (
    number integer primary key,
    name text not null,
    migrated_at timestamptz not null default now()
  )`);
  const newest = await newestNumber(database);
  if (newest > migrations.length) {
    throw new StartError(
      `The store has schema ${newest}, this release knows ${migrations.length}: a newer Lectern has written it. ` +
        'Start that release or a newer one, or restore the backup made before the update.',
    );
  }
  const ran: string[] = [];
  for (const migration of migrations.slice(newest)) {
    if (await runOnce(database, migration)) ran.push(migration.name);
  }
  return ran;
}

async function newestNumber(database: ScriptableDatabase): Promise<number> {
  const [row] = await database.query<{ newest: number | null }>('select max(number) as newest from schema_migration');
  return row?.newest ?? 0;
}

function runOnce(database: ScriptableDatabase, migration: Migration): Promise<boolean> {
  return database.transaction(async (transaction) => {
    // As a script: another server's migration may take longer than a statement may.
    await transaction.script(`select pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    if ((await newestNumber(transaction)) >= migration.number) return false;
    await transaction.script(migration.sql);
    await transaction.query('insert into schema_migration (number, name) values ($1, $2)', [
      migration.number,
      migration.name,
    ]);
    return true;
  });
}
