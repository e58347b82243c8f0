import { openPglite } from './pglite-database.ts';

// Runs as a process of its own: what making a store takes in memory is given back with its end.
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Give the directory in which the store is made.');
await (await openPglite(directory)).close();
