import { openChdb } from './chdb-engine.ts';
import { openClickhouse } from './clickhouse-engine.ts';
import type { Engine } from './engine.ts';
import { migrate, readMigrations } from './migrate.ts';

/** Where the analytics store is. */
export type StoreLocation =
  { readonly kind: 'chdb'; readonly directory: string } | { readonly kind: 'clickhouse'; readonly url: string };

/** Opens the store as it is, of whatever schema. Rejects with a StartError that names the remedy. */
export function openEngine(location: StoreLocation): Promise<Engine> {
  return location.kind === 'chdb' ? openChdb(location.directory) : openClickhouse(location.url);
}

/** Opens the store and brings it to this release's schema. Rejects with a StartError that names the remedy. */
export async function openStore(location: StoreLocation): Promise<Engine> {
  const engine = await openEngine(location);
  try {
    await migrate(engine, await readMigrations());
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}
