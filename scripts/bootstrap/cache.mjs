import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetUpError } from './step.mjs';

/** The checkout that this file is part of. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

const PARTIAL = '.partial-';
/** No step of the set-up takes that long. */
const ABANDONED_AFTER_MS = 6 * 60 * 60_000;

/** @type {Readonly<Record<string, string>>} */
const REASONS = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
};

/**
 * Where everything that the set-up fetches or builds is kept: `lectern` under the XDG cache.
 *
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 */
export function cacheDirectory(environment = process.env) {
  const base = environment['XDG_CACHE_HOME'];
  // The XDG specification asks to ignore a relative one.
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'lectern');
}

/**
 * Does `work`, which writes in `directory`. Where nothing can be written, it rejects with a SetUpError that says so.
 *
 * @template T
 * @param {string} directory
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function writingIn(directory, work) {
  try {
    return await work();
  } catch (error) {
    const { code = '', syscall = '' } = /** @type {NodeJS.ErrnoException} */ (error);
    const reason = REASONS[code];
    // A program that may not be run has the same code, and another remedy.
    if (reason === undefined || syscall.startsWith('spawn')) throw error;
    const elsewhere = directory.startsWith(cacheDirectory()) ? ', or name another cache with XDG_CACHE_HOME' : '';
    throw new SetUpError(
      `The set-up cannot write in ${directory}: ${reason}. Correct that, or run the set-up as the user who did it first${elsewhere}.`,
      { cause: error },
    );
  }
}

/**
 * Fills a directory of the cache: `fill` works in a temporary one, which takes its place only when it is complete, so that
 * nobody ever sees half of it and two set-ups at once do not disturb each other. Every user may read what is filled: an image
 * is set up by root and run by another.
 *
 * @param {string} directory
 * @param {(partial: string) => Promise<void>} fill
 */
export async function fillDirectory(directory, fill) {
  const parent = dirname(directory);
  await writingIn(parent, async () => {
    await mkdir(parent, { recursive: true });
    await removeAbandoned(parent);
    const partial = await mkdtemp(`${directory}${PARTIAL}`);
    try {
      await fill(partial);
      await openToAll(partial);
      await rm(directory, { recursive: true, force: true });
      await rename(partial, directory);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
}

/**
 * chmod a+rX, all the way down: mkdtemp gives a directory to its maker alone, and so does a strict umask.
 *
 * @param {string} path
 * @returns {Promise<void>}
 */
async function openToAll(path) {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  const mode = found.mode & 0o777;
  const opened = mode | 0o444 | (found.isDirectory() || (mode & 0o100) !== 0 ? 0o111 : 0);
  if (opened !== mode) await chmod(path, opened);
  if (found.isDirectory()) for (const name of await readdir(path)) await openToAll(join(path, name));
}

/**
 * Removes what a set-up that was killed left half done.
 *
 * @param {string} parent
 */
async function removeAbandoned(parent) {
  for (const name of await readdir(parent)) {
    if (!name.includes(PARTIAL)) continue;
    const path = join(parent, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}
