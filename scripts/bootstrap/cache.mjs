import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this file is part of. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

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
  const partial = await mkdtemp(`${directory}.partial-`);
  try {
    await fill(partial);
    await rm(directory, { recursive: true, force: true });
    await rename(partial, directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
