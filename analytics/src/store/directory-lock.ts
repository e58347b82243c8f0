import { join } from 'node:path';
import { StartError } from './engine.ts';
import { describeHolder, takeFileLock } from './file-lock.ts';
import type { FileLock, HeldBy } from './file-lock.ts';

const LOCK_NAME = 'analytics.lock';

/**
 * Takes `directory` for this process. Throws a StartError that names the holder when it lives. A lock that is lost later, as by
 * a container that was paused, ends the process.
 */
export function lockDirectory(directory: string): FileLock {
  const taken = takeFileLock(join(directory, LOCK_NAME), () => endAtOnce(directory));
  if ('lock' in taken) return taken.lock;
  throw new StartError(
    `The analytics directory ${directory} is in use by ${inWords(taken.heldBy)}. ` +
      'Stop that process first, or give this one a directory of its own.',
  );
}

/** Closing in order would still write into what belongs to another process now. */
function endAtOnce(directory: string): never {
  process.stderr.write(
    `The analytics directory ${directory} is no longer this process's: it stood still for so long that another one took it over, ` +
      'or its lock was deleted. It ends at once, so that nothing of the other one is overwritten.\n',
  );
  process.exit(1);
}

function inWords(heldBy: HeldBy): string {
  if (heldBy === 'starting') return 'another process that starts at this moment';
  return (
    describeHolder(heldBy) ?? 'a process whose lock cannot be read; if none runs, the lock is free within a minute'
  );
}
