import { join } from 'node:path';
import { describeHolder, takeFileLock } from './file-lock.ts';
import type { FileLock, HeldBy } from './file-lock.ts';
import { StartError } from './store.ts';

const LOCK_NAME = 'lectern.lock';

/**
 * Takes the data directory for this process. PGlite takes no lock, and a second opener loses rows without a word, so
 * nothing in the directory may be opened before this. Throws a StartError that names the holder when it lives.
 */
export function lockDirectory(directory: string): FileLock {
  const taken = takeFileLock(join(directory, LOCK_NAME));
  if ('lock' in taken) return taken.lock;
  throw new StartError(
    `The data directory ${directory} is in use by ${inWords(taken.heldBy)}. ` +
      'Stop that server first, or give this one a directory of its own with LECTERN_DATA_DIR.',
  );
}

function inWords(heldBy: HeldBy): string {
  if (heldBy === 'starting') return 'another server that starts at this moment';
  return describeHolder(heldBy) ?? 'a server whose lock cannot be read; if none runs, the lock is free within a minute';
}
