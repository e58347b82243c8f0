import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { brotli, writeWhole } from '../../client/src/attention/build/compress.ts';

/** What compression gains nothing on, or what is compressed already. */
const COMPRESSED = new Set(['.br', '.gz', '.png', '.jpg', '.webp', '.woff2', '.mp3', '.ogg', '.map']);
const SMALLEST_BYTES = 512;

/**
 * Writes `name.br` (quality 11) and `name.gz` (level 9) beside each file below a directory, so that the server compresses
 * nothing while it serves. What is there already is kept; a variant that is not smaller is left out.
 */
export async function precompress(
  directory: string,
  report: (progress: string) => void,
  skip: (name: string) => boolean = () => false,
): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const present = new Set(entries.map((entry) => join(entry.parentPath, entry.name)));
  const files = entries
    .filter((entry) => entry.isFile() && !COMPRESSED.has(extname(entry.name)) && !skip(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const [index, file] of files.entries()) {
    report(`${index} of ${files.length} files`);
    if ((await stat(file)).size < SMALLEST_BYTES) continue;
    const content = await readFile(file);
    await Promise.all(
      [
        { path: `${file}.br`, compress: brotli },
        { path: `${file}.gz`, compress: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }) },
      ]
        .filter(({ path }) => !present.has(path))
        .map(async ({ path, compress }) => {
          const compressed = await compress(content);
          if (compressed.byteLength < content.byteLength) await writeWhole(path, compressed);
        }),
    );
  }
}
