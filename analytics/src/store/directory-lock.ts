import { join } from 'node:path';
import { StartError } from './engine.ts';
import { describeHolder, takeFileLock } from './file-lock.ts';
import type { FileLock, HeldBy } from './file-lock.ts';

const LOCK_NAME = 'analytics.lock';

/** Takes `directory` for this process. Throws a StartError that names the holder when it lives. */
export function lockDirectory(directory: string): FileLock {
  const taken = takeFileLock(join(directory, LOCK_NAME));
  if ('lock' in taken) return taken.lock;
  throw new StartError(
    `The analytics directory ${directory} is in use by ${inWords(taken.heldBy)}. ` +
      'Stop that process first, or give this one a directory of its own.',
  );
}

function inWords(heldBy: HeldBy): string {
  if (heldBy === 'starting') return 'another process that starts at this moment';
  return (
    describeHolder(heldBy) ?? 'a process whose lock cannot be read; if none runs, the lock is free within a minute'
  );
}
