import { spawnSync } from 'node:child_process';
import { access, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { underLock } from './lock.mjs';

describe('what comes before the packages', () => {
  let lock: string;
  beforeEach(async () => {
    lock = join(await mkdtemp(join(tmpdir(), 'lectern-lock-')), 'inner/packages.lock');
  });
  afterEach(() => rm(join(lock, '../..'), { recursive: true }));

  const work = () => underLock(lock, () => Promise.resolve('done'));

  it('is never done twice at once', async () => {
    const trace: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const started = Promise.withResolvers<undefined>();
    const one = underLock(lock, async () => {
      started.resolve(undefined);
      await first.promise;
      trace.push('first');
    });
    await started.promise;
    const two = underLock(lock, () => Promise.resolve(trace.push('second')));
    first.resolve(undefined);
    await Promise.all([one, two]);
    expect(trace).toEqual(['first', 'second']);
  });

  it('gives the lock back when the work fails', async () => {
    await expect(underLock(lock, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    await expect(access(lock)).rejects.toThrow();
    await expect(work()).resolves.toBe('done');
  });

  it('takes over from a process that is gone, and from one that cannot be the holder any more', async () => {
    await work();
    await writeFile(lock, String(spawnSync(process.execPath, ['--version']).pid));
    await expect(work()).resolves.toBe('done');
    await writeFile(lock, String(process.ppid));
    const longAgo = new Date(Date.now() - 31 * 60_000);
    await utimes(lock, longAgo, longAgo);
    await expect(work()).resolves.toBe('done');
  });
});
