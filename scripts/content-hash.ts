import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a file, as hex. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * One hash over names and contents of files and directories under `root`, in a fixed order; absent ones count as absent.
 * `skip` leaves out what does not matter, by its path relative to `root`.
 */
export async function treeHash(
  root: string,
  paths: readonly string[],
  skip: (path: string) => boolean = () => false,
): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesUnder(root, path, skip)) {
      const content = await readFile(join(root, file));
      hash.update(`${file}\0${content.byteLength}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

async function filesUnder(root: string, path: string, skip: (path: string) => boolean): Promise<string[]> {
  if (skip(path)) return [];
  try {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    const nested = await Promise.all(
      entries
        .filter((entry) => entry.name !== 'node_modules')
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((entry) => filesUnder(root, `${path}/${entry.name}`, skip)),
    );
    return nested.flat();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
}
