import { createClient } from '@clickhouse/client';
import type { ClickHouseClient, ClickHouseClientConfigOptions } from '@clickhouse/client';
import { drainPending, Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { engineOverClient } from './client-engine.ts';
import { lockDirectory } from './directory-lock.ts';
import { StartError } from './engine.ts';
import type { Engine, StoredTable } from './engine.ts';
import type { FileLock } from './file-lock.ts';

type ClientConnection = NonNullable<ClickHouseClientConfigOptions['connection']>;
const CONFIG_FILE = fileURLToPath(new URL('./chdb-config.xml', import.meta.url));
/**
 * Settings of every query. Compiling a query of ours costs ten times what running it does; our tables are small enough for
 * one thread; and a row is acknowledged when it is in a part on disk, so never through the buffer of asynchronous inserts.
 */
const SESSION_SETTINGS = `SET compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0,
  max_threads = 1, max_final_threads = 1, max_insert_threads = 1, async_insert = 0`;
const tablePathsSchema = z.tuple([z.object({ data_paths: z.tuple([z.string()]) })]);

/**
 * ClickHouse embedded in this process, kept in `directory`, which it locks. One process holds one such store: chDB's engine
 * is a singleton. Rejects with a StartError that names the holder when the directory is in use.
 */
export async function openChdb(directory: string): Promise<Engine> {
  const lock = takeDirectory(directory);
  const path = join(directory, 'chdb');
  try {
    // The engine takes its settings from whoever connects first; the client's connection then shares that engine.
    const session = new Session(path, { connectionArgs: [`--config-file=${CONFIG_FILE}`] });
    // The two packages each declare the interface with a private member of their own, which TypeScript takes for different.
    const connection = createChdbConnection({ path }) as unknown as ClientConnection;
    const client = createClient({ connection });
    await client.command({ query: SESSION_SETTINGS });
    const directories = new TableDirectories(client);
    return engineOverClient({
      kind: 'chdb',
      client,
      afterInsert: (table) => directories.sync(table),
      afterClose: async () => {
        session.close();
        await drainPending();
        lock.close();
      },
    });
  } catch (error) {
    lock.close();
    throw error;
  }
}

function takeDirectory(directory: string): FileLock {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return lockDirectory(directory);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `The analytics directory ${directory} cannot be written (${(error as Error).message}). ` +
        'Make room or give the right to write there, or name another directory.',
      { cause: error },
    );
  }
}

/** chDB syncs a part's files and the part itself, but not the entry that names the part in its table's directory. */
class TableDirectories {
  readonly #client: ClickHouseClient;
  readonly #paths = new Map<string, string>();

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  async sync(table: StoredTable): Promise<void> {
    const handle = await open(await this.#pathOf(table), 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async #pathOf(table: StoredTable): Promise<string> {
    const known = this.#paths.get(table);
    if (known !== undefined) return known;
    const answer = await this.#client.query({
      query: 'SELECT data_paths FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
      query_params: { table },
      format: 'JSONEachRow',
    });
    const [row] = tablePathsSchema.parse(await answer.json());
    const path = row.data_paths[0];
    this.#paths.set(table, path);
    return path;
  }
}
