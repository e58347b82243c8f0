import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StartError } from './engine.ts';
import type { Engine } from './engine.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  /** ClickHouse has no transactions over definitions: each statement can be run again and changes nothing then. */
  readonly statements: readonly string[];
}

const FILE_NAME = /^(?<number>\d{4})-[a-z0-9-]+\.sql$/;
const MIGRATIONS = new URL('./migrations/', import.meta.url);
const newestSchema = z.object({ newest: z.number().int() });

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
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { number, name: name.slice(0, -'.sql'.length), statements: statementsOf(sql) };
    }),
  );
}

/** Splits a file at its semicolons at line ends; comments may hold any text. */
export function statementsOf(sql: string): string[] {
  return sql
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/**
 * Brings the store to this release's schema and gives the names of the migrations that ran. Rejects with a StartError when
 * the store was written by a newer release, and changes nothing then.
 */
export async function migrate(engine: Engine, migrations: readonly Migration[]): Promise<string[]> {
  await engine.command(
    `CREATE TABLE IF NOT EXISTS schema_migration
     (number UInt32, name String, migrated_at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = MergeTree ORDER BY number
     SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  );
  const [row] = await engine.query('SELECT max(number) AS newest FROM schema_migration', {}, newestSchema);
  const newest = row?.newest ?? 0;
  if (newest > migrations.length) {
    throw new StartError(
      `The analytics store has schema ${newest}, this release knows ${migrations.length}: a newer Lectern has written it. ` +
        'Start that release or a newer one, or restore the backup made before the update.',
    );
  }
  const pending = migrations.slice(newest);
  for (const migration of pending) {
    for (const statement of migration.statements) await engine.command(statement);
    await engine.insert('schema_migration', [{ number: migration.number, name: migration.name }]);
  }
  return pending.map((migration) => migration.name);
}
