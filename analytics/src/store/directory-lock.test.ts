import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockDirectory } from './directory-lock.ts';
import { ownIdentity } from './process-identity.ts';

describe('the lock on the analytics directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lectern-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const path = () => join(directory, 'analytics.lock');
  const writeHolder = (changes: object) => {
    const holder = ownHolder();
    writeFileSync(path(), JSON.stringify({ ...holder, ...changes }));
  };
  /** A lock that this very process would write, since long. */
  function ownHolder(): object {
    const lock = lockDirectory(directory);
    const written = JSON.parse(readFileSync(path(), 'utf8')) as object;
    lock.close();
    return { ...written, since: '2026-01-31T09:00:00.000Z' };
  }

  it('is given back, and can be given back twice', () => {
    const lock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${process.pid}`);
    lock.close();
    lock.close();
    lockDirectory(directory).close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not taken from another process that lives; its pid is told', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    writeHolder({ pid: other.pid, startedAt: null });
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${other.pid!}, since 2026-01-31`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    lockDirectory(directory).close();
  });

  it('is taken from a process whose pid went to another one since', () => {
    writeHolder({ startedAt: 'long ago' });
    lockDirectory(directory).close();
  });

  it('is not taken from a holder in another container until that has given no sign of life for a minute', () => {
    writeHolder({ host: 'elsewhere 1234 pid:[1]' });
    expect(() => lockDirectory(directory)).toThrow('in another container (elsewhere)');
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(path(), longAgo, longAgo);
    lockDirectory(directory).close();
  });

  it('of this container before its restart is taken after fifteen seconds without a sign of life', () => {
    const { host } = ownIdentity();
    writeHolder({ host: host.replace(/\S+$/, 'pid:[1]') });
    const ago = (ms: number) => {
      const then = new Date(Date.now() - ms);
      utimesSync(path(), then, then);
    };
    ago(10_000);
    expect(() => lockDirectory(directory)).toThrow('in another container');
    ago(15_500);
    lockDirectory(directory).close();
  });

  it('gives signs of life while it is held', () => {
    vi.useFakeTimers({ now: Date.now() });
    const lock = lockDirectory(directory);
    const before = statSync(path()).mtimeMs;
    vi.advanceTimersByTime(30_000);
    expect(statSync(path()).mtimeMs - before).toBeGreaterThan(29_000);
    lock.close();
    vi.useRealTimers();
  });

  it('ends the process when another one has taken it over meanwhile', () => {
    vi.useFakeTimers({ now: Date.now() });
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const lock = lockDirectory(directory);
    writeFileSync(path(), readFileSync(path(), 'utf8').replace(`"pid":${process.pid}`, `"pid":${process.ppid}`));
    const left = statSync(path()).mtimeMs;
    vi.advanceTimersByTime(20_000);
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`${directory} is no longer this process's`));
    lock.close();
    expect(statSync(path()).mtimeMs).toBe(left);
    exit.mockRestore();
    said.mockRestore();
    vi.useRealTimers();
  });

  it('that cannot be read is not taken before a minute without a sign of life', () => {
    writeFileSync(path(), '');
    expect(() => lockDirectory(directory)).toThrow('a process whose lock cannot be read');
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(path(), longAgo, longAgo);
    lockDirectory(directory).close();
  });

  it('is not judged by two processes at once', () => {
    writeHolder({ startedAt: 'long ago' });
    mkdirSync(join(directory, 'analytics.lock.guard'));
    expect(() => lockDirectory(directory)).toThrow('another process that starts at this moment');
    expect(readFileSync(join(directory, 'analytics.lock'), 'utf8')).toContain('long ago');
  });
});
