import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Writes to the disk what a file holds, or which names a directory holds. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
