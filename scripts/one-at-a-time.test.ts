import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownIdentity } from '../server/src/store/process-identity.ts';
import { oneAtATime } from './one-at-a-time.ts';

const MODULE = new URL('./one-at-a-time.ts', import.meta.url).href;

describe('work under a lock', () => {
  let lock: string;
  beforeEach(async () => {
    lock = join(await mkdtemp(join(tmpdir(), 'lectern-lock-')), 'set-up.lock');
  });
  afterEach(() => rm(join(lock, '..'), { recursive: true }));

  const work = () => oneAtATime(lock, () => Promise.resolve('done'));
  const heldBy = (holder: object) =>
    writeFile(lock, JSON.stringify({ ...ownIdentity(), since: '2026-11-23T08:00:00.000Z', ...holder }));

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
    await heldBy({ pid });
    await expect(work()).resolves.toBe('done');
  });

  it('takes over from a process whose pid is another’s by now, or our own', async () => {
    await heldBy({ pid: process.ppid, startedAt: '1' });
    await expect(work()).resolves.toBe('done');
    await heldBy({ startedAt: '1' });
    await expect(work()).resolves.toBe('done');
  });

  it('takes over a lock that was never written, once it is old', async () => {
    await writeFile(lock, '');
    const longAgo = new Date(Date.now() - 61_000);
    await utimes(lock, longAgo, longAgo);
    await expect(work()).resolves.toBe('done');
  });

  it('is done by one of many processes at a time when they take over from one that is gone', async () => {
    await heldBy({ pid: 2 ** 22 + 1 });
    const log = join(lock, '../log');
    const code = `
      const { appendFileSync } = await import('node:fs');
      const { setTimeout: delay } = await import('node:timers/promises');
      const { oneAtATime } = await import(${JSON.stringify(MODULE)});
      await oneAtATime(${JSON.stringify(lock)}, async () => {
        appendFileSync(${JSON.stringify(log)}, 'in ');
        await delay(20);
        appendFileSync(${JSON.stringify(log)}, 'out ');
      });`;
    await Promise.all(
      Array.from({ length: 4 }, () =>
        once(spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'ignore' }), 'exit'),
      ),
    );
    expect(await readFile(log, 'utf8')).toBe('in out '.repeat(4));
  }, 90_000);
});
