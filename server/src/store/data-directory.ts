import { accessSync, constants, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { lockDirectory } from './directory-lock.ts';
import type { LockWait } from './directory-lock.ts';
import type { FileLock } from './file-lock.ts';
import { StartError } from './store.ts';

const MEBIBYTE = 1024 * 1024;
/** Below this the embedded stores could not write their logs for one class. */
const LEAST_FREE_BYTES = 100 * MEBIBYTE;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read and written by this user',
  EPERM: 'may not be read and written by this user',
  EROFS: 'lies on a read-only file system',
  ENOTDIR: 'is not a directory',
  EEXIST: 'is not a directory',
  ENOSPC: 'lies on a full disk',
  EDQUOT: 'has used up its quota',
};

interface DataDirectoryOptions extends Partial<LockWait> {
  readonly freeBytes?: (path: string) => number;
}

/**
 * Makes the data directory when it is missing, checks that it can be used, and takes its lock, for which it may wait. Rejects
 * with a StartError that says what is wrong with it and what to do.
 */
export async function openDataDirectory(directory: string, options: DataDirectoryOptions = {}): Promise<FileLock> {
  const { freeBytes = freeBytesOf, ...wait } = options;
  try {
    makeDirectory(directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    const free = freeBytes(directory);
    if (free < LEAST_FREE_BYTES) {
      throw new StartError(
        `The data directory ${directory} has ${Math.floor(free / MEBIBYTE)} MB left; ` +
          `${LEAST_FREE_BYTES / MEBIBYTE} MB are needed. Free some space, or set LECTERN_DATA_DIR to another place.`,
      );
    }
    return await lockDirectory(directory, wait);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new StartError(
      `The data directory ${directory} ${REASONS[code] ?? `cannot be used (${code || String(error)})`}. ` +
        'Correct that, or set LECTERN_DATA_DIR to another place.',
      { cause: error },
    );
  }
}

/** Node's own recursion never comes back where nothing can be made, as below /proc. */
function makeDirectory(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found === undefined) makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

function freeBytesOf(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
