import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDirectory, fillDirectory } from './cache.mjs';

describe('the cache', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-cache-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('lies under XDG_CACHE_HOME, and under ~/.cache when that is unset or relative', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/var/xdg' })).toBe('/var/xdg/lectern');
    expect(cacheDirectory({})).toBe(join(homedir(), '.cache/lectern'));
    expect(cacheDirectory({ XDG_CACHE_HOME: 'relative' })).toBe(join(homedir(), '.cache/lectern'));
  });

  it('shows a directory only once it is filled', async () => {
    const target = join(directory, 'parts');
    await fillDirectory(target, async (partial) => {
      expect(await readdir(directory)).not.toContain('parts');
      await writeFile(join(partial, 'file'), 'whole');
    });
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('whole');
    expect(await readdir(directory)).toEqual(['parts']);
  });

  it('removes what a killed set-up left, and not what another one is filling', async () => {
    await mkdir(join(directory, 'old.partial-a'));
    await mkdir(join(directory, 'new.partial-b'));
    const yesterday = new Date(Date.now() - 24 * 60 * 60_000);
    await utimes(join(directory, 'old.partial-a'), yesterday, yesterday);
    await fillDirectory(join(directory, 'parts'), () => Promise.resolve());
    expect((await readdir(directory)).sort()).toEqual(['new.partial-b', 'parts']);
  });

  it('leaves nothing behind, and an earlier directory alone, when filling fails', async () => {
    const target = join(directory, 'parts');
    await fillDirectory(target, (partial) => writeFile(join(partial, 'file'), 'earlier'));
    await expect(fillDirectory(target, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(await readdir(directory)).toEqual(['parts']);
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('earlier');
  });
});
