import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { precompress } from './precompress.ts';

describe('precompressing', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-compress-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const run = (): Promise<void> => precompress(directory, () => undefined);

  it('writes both variants of the same content', async () => {
    const content = 'export const answer = 42;\n'.repeat(100);
    await writeFile(join(directory, 'app.js'), content);
    await run();
    expect(brotliDecompressSync(await readFile(join(directory, 'app.js.br'))).toString()).toBe(content);
    expect(gunzipSync(await readFile(join(directory, 'app.js.gz'))).toString()).toBe(content);
  });

  it('keeps a variant that is there', async () => {
    await writeFile(join(directory, 'app.js'), 'x'.repeat(1000));
    await writeFile(join(directory, 'app.js.br'), 'kept');
    await run();
    expect(await readFile(join(directory, 'app.js.br'), 'utf8')).toBe('kept');
  });

  it('leaves out what would not get smaller, and what is small or compressed already', async () => {
    await writeFile(join(directory, 'noise.task'), crypto.getRandomValues(new Uint8Array(4096)));
    await writeFile(join(directory, 'tiny.css'), 'a{}');
    await writeFile(join(directory, 'icon.png'), 'x'.repeat(1000));
    await run();
    expect((await readdir(directory)).sort()).toEqual(['icon.png', 'noise.task', 'tiny.css']);
  });
});
