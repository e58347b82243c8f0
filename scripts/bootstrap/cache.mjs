import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this file is part of. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

const PARTIAL = '.partial-';
/** No step of the set-up takes that long. */
const ABANDONED_AFTER_MS = 6 * 60 * 60_000;

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
 * Fills a directory of the cache: `fill` works in a temporary one, which takes its place only when it is complete, so that
 * nobody ever sees half of it and two set-ups at once do not disturb each other.
 *
 * @param {string} directory
 * @param {(partial: string) => Promise<void>} fill
 */
export async function fillDirectory(directory, fill) {
  await mkdir(dirname(directory), { recursive: true });
  await removeAbandoned(dirname(directory));
  const partial = await mkdtemp(`${directory}${PARTIAL}`);
  try {
    await fill(partial);
    await rm(directory, { recursive: true, force: true });
    await rename(partial, directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
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
