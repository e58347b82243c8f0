import { spawnSync } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

describe('work under a lock', () => {
  let lock: string;
  beforeEach(async () => {
    lock = join(await mkdtemp(join(tmpdir(), 'lectern-lock-')), 'set-up.lock');
  });
  afterEach(() => rm(join(lock, '..'), { recursive: true }));

  it('is never done twice at once', async () => {
    const trace: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const started = Promise.withResolvers<undefined>();
    const one = oneAtATime(lock, async () => {
      started.resolve(undefined);
      await first.promise;
      trace.push('first');
    });
    await started.promise;
    const two = oneAtATime(lock, () => Promise.resolve(trace.push('second')));
    first.resolve(undefined);
    await Promise.all([one, two]);
    expect(trace).toEqual(['first', 'second']);
  });

  it('gives the lock back when the work fails', async () => {
    await expect(oneAtATime(lock, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    await expect(access(lock)).rejects.toThrow();
  });

  it('takes over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(lock, String(pid));
    await expect(oneAtATime(lock, () => Promise.resolve('done'))).resolves.toBe('done');
  });
});
