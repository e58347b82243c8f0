import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPglite } from './pglite-database.ts';
import { syncPath } from './sync-path.ts';

// Runs as a process of its own: what making a store takes in memory is given back with its end.
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Give the directory in which the store is made.');
await (await openPglite(directory)).close();
// What the engine's own maker of stores writes passes by PostgreSQL, and is not synced by it.
for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) syncPath(join(directory, name));
syncPath(directory);
