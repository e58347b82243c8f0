import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { syncDescriptor, syncPath } from './sync-path.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lectern-sync-'));
  writeFileSync(join(directory, 'file'), 'kept');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** As a file system that answers so. */
function syncing(path: string, code: string): () => void {
  return () => {
    const descriptor = openSync(path, 'r');
    try {
      syncDescriptor(descriptor, () => {
        throw Object.assign(new Error(code), { code });
      });
    } finally {
      closeSync(descriptor);
    }
  };
}

it('syncs files and directories', () => {
  syncPath(directory);
  syncPath(join(directory, 'file'));
});

it('goes on where directories cannot be synced, and nowhere else', () => {
  expect(syncing(directory, 'EINVAL')).not.toThrow();
  expect(syncing(directory, 'EIO')).toThrow('EIO');
  expect(syncing(join(directory, 'file'), 'EINVAL')).toThrow('EINVAL');
});
