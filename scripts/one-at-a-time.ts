import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeHolder, takeFileLock } from '../server/src/store/file-lock.ts';
import type { FileLock } from '../server/src/store/file-lock.ts';
import { writingIn } from './bootstrap/cache.mjs';
import { runStep } from './bootstrap/step.mjs';

const LOOK_AGAIN_MS = 500;

/**
 * Does `work` while no other set-up does work under the same lock file; waits for one that does, and says so. The lock of a
 * process that is gone is taken over. Rejects with a SetUpError where the lock cannot be written.
 */
export async function oneAtATime<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = await writingIn(dirname(path), () => take(path));
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/** A set-up that lost its lock goes on: all that it makes can be made again. */
const letGo = () => undefined;

async function take(path: string): Promise<FileLock> {
  await mkdir(dirname(path), { recursive: true });
  const first = takeFileLock(path, letGo);
  if ('lock' in first) return first.lock;
  const holder = describeHolder(first.heldBy);
  return runStep(`Waiting for another set-up${holder === null ? '' : ` (${holder})`}`, async () => {
    for (;;) {
      await delay(LOOK_AGAIN_MS);
      const again = takeFileLock(path, letGo);
      if ('lock' in again) return again.lock;
    }
  });
}
