import { closeSync, fstatSync, fsyncSync, openSync } from 'node:fs';

/** What file systems answer that sync no directories, some network and shared ones: there is no other way to write their names. */
const NO_SYNC_OF_DIRECTORIES: readonly unknown[] = ['EINVAL', 'EBADF', 'EISDIR'];

/** Writes to the disk what a file holds, or which names a directory holds. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The same for what is open; `sync` is how. Throws what that throws, but for a directory where directories are not synced. */
export function syncDescriptor(descriptor: number, sync: (descriptor: number) => void = fsyncSync): void {
  try {
    sync(descriptor);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!NO_SYNC_OF_DIRECTORIES.includes(code) || !fstatSync(descriptor).isDirectory()) throw error;
  }
}
