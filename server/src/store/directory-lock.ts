import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describeHolder, takeFileLock } from './file-lock.ts';
import type { FileLock, HeldBy } from './file-lock.ts';
import { isRunning } from './process-identity.ts';
import { StartError } from './store.ts';

const LOCK_NAME = 'lectern.lock';
const LOOK_AGAIN_MS = 500;
/** Longer than any holder is believed without a sign of life. */
const LONGEST_WAIT_MS = 70_000;

/** What becomes of the time while a holder that cannot be asked is given the chance of a sign of life. */
export interface LockWait {
  /** Is told once, in one sentence, that and for whom the start waits. */
  readonly onWait: (line: string) => void;
  readonly pause: (ms: number) => Promise<unknown>;
}

/**
 * Takes the data directory for this process. PGlite takes no lock, and a second opener loses rows without a word, so
 * nothing in the directory may be opened before this. A holder that cannot be asked, as after a container's restart, is waited
 * for, about a minute at most: it gives a sign of life or is taken for gone. Rejects with a StartError that names a live holder.
 * A lock that is lost later, as by a container that was paused, ends the process.
 */
export async function lockDirectory(directory: string, wait: Partial<LockWait> = {}): Promise<FileLock> {
  const { onWait = () => undefined, pause = setTimeout } = wait;
  const path = join(directory, LOCK_NAME);
  const lastSign = signOfLife(path);
  for (let waitedMs = 0; ; waitedMs += LOOK_AGAIN_MS) {
    const taken = takeFileLock(path, () => endAtOnce(directory));
    if ('lock' in taken) return taken.lock;
    const { heldBy } = taken;
    const mayBeGone = heldBy === 'unreadable' || (heldBy !== 'starting' && isRunning(heldBy) === null);
    if (!mayBeGone || signOfLife(path) !== lastSign || waitedMs >= LONGEST_WAIT_MS) {
      throw new StartError(
        `The data directory ${directory} is in use by ${inWords(heldBy)}. ` +
          'Stop that server first, or give this one a directory of its own with LECTERN_DATA_DIR.',
      );
    }
    if (waitedMs === 0) {
      onWait(`The data directory ${directory} was last used by ${inWords(heldBy)}: waiting for a sign of life.`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/** Closing in order would still write into what belongs to another server now. */
function endAtOnce(directory: string): never {
  process.stderr.write(
    `The data directory ${directory} is no longer this server's: it stood still for so long that another one took it over, ` +
      'or its lock was deleted. It ends at once, so that nothing of the other one is overwritten.\n',
  );
  process.exit(1);
}

/** When the holder last gave one; null when there is no lock. */
function signOfLife(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function inWords(heldBy: HeldBy): string {
  if (heldBy === 'starting') return 'another server that starts at this moment';
  return describeHolder(heldBy) ?? 'a server whose lock cannot be read';
}
