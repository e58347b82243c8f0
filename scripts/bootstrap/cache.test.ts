import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDirectory, fillDirectory, writingIn } from './cache.mjs';
import { SetUpError } from './step.mjs';

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

  it('gives what it filled to every user to read, whatever the umask was', async () => {
    const target = join(directory, 'parts');
    await fillDirectory(target, async (partial) => {
      await mkdir(join(partial, 'inner'), { mode: 0o700 });
      await writeFile(join(partial, 'inner/program'), '', { mode: 0o700 });
      await writeFile(join(partial, 'inner/file'), '', { mode: 0o600 });
    });
    const mode = async (path: string) => (await stat(join(target, path))).mode & 0o777;
    expect(await mode('.')).toBe(0o755);
    expect(await mode('inner')).toBe(0o755);
    expect(await mode('inner/program')).toBe(0o755);
    expect(await mode('inner/file')).toBe(0o644);
  });

  it('says in plain words where it may not write', async () => {
    const refused = (code: string, syscall = 'mkdir') =>
      writingIn(join(cacheDirectory(), 'worker'), () =>
        Promise.reject(Object.assign(new Error(`${code}: ${syscall}`), { code, syscall })),
      );
    await expect(refused('EACCES')).rejects.toThrow(SetUpError);
    await expect(refused('EACCES')).rejects.toThrow(
      /^The set-up cannot write in .*\/worker: this user may not write there\..*XDG_CACHE_HOME\.$/,
    );
    await expect(refused('ENOSPC')).rejects.toThrow('the disk is full');
    await expect(refused('EACCES', 'spawn cmake')).rejects.not.toThrow(SetUpError);
    await expect(refused('ENOENT')).rejects.toThrow('ENOENT: mkdir');
  });

  it('says the same when that shows while a directory is filled', async () => {
    const denied = Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS', syscall: 'open' });
    await expect(fillDirectory(join(directory, 'parts'), () => Promise.reject(denied))).rejects.toThrow(
      `The set-up cannot write in ${directory}: the file system is read-only`,
    );
    expect(await readdir(directory)).toEqual([]);
  });
});
