import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writingIn } from './cache.mjs';
import { runStep } from './step.mjs';

const LOOK_AGAIN_MS = 500;
/** Packages and a runtime never take that long: then the pid in the lock is another process's by now. */
const ABANDONED_AFTER_MS = 30 * 60_000;

/**
 * Does `work` while no other set-up on this machine does work under the same lock file; waits for one that does, and says so.
 * For what comes before the packages are there; everything later waits by one-at-a-time.ts. A lock whose process is gone is
 * taken over; should two do that in the same instant, both work, as they would without a lock.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function underLock(path, work) {
  await writingIn(dirname(path), async () => {
    await mkdir(dirname(path), { recursive: true });
    if (await claim(path)) return;
    await runStep('Waiting for another set-up', async () => {
      while (!(await claim(path))) await delay(LOOK_AGAIN_MS);
    });
  });
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** @param {string} path */
async function claim(path) {
  if (await isAbandoned(path)) await rm(path, { force: true });
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  }
}

/** @param {string} path */
async function isAbandoned(path) {
  try {
    const [{ mtimeMs }, holder] = await Promise.all([stat(path), readFile(path, 'utf8')]);
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) return true;
    // Taken this instant: its pid comes next.
    if (holder === '') return false;
    process.kill(Number(holder), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
