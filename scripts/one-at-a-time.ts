import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runStep } from './bootstrap/step.mjs';

const LOOK_AGAIN_MS = 500;

/**
 * Does `work` while no other set-up on this machine does work under the same lock file; waits for one that does, and says so.
 * The lock of a process that is gone is taken over.
 */
export async function oneAtATime<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  if (!(await take(lock))) {
    const holder = await holderOf(lock);
    await runStep(`Waiting for another set-up${holder === null ? '' : ` (process ${holder})`}`, async () => {
      while (!(await take(lock))) await delay(LOOK_AGAIN_MS);
    });
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = await holderOf(lock);
  if (holder !== null && !isRunning(holder)) await rm(lock, { force: true });
  return false;
}

/** null: gone by now, or not written yet. */
async function holderOf(lock: string): Promise<number | null> {
  const text = await readFile(lock, 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
