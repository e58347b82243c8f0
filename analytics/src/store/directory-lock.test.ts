import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

describe('the lock on the analytics directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lectern-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const writeHolder = (holder: object) => writeFileSync(join(directory, 'analytics.lock'), JSON.stringify(holder));
  const holder = { pid: process.pid, startedAt: null, host: hostname(), since: '2026-01-31T09:00:00.000Z' };

  it('is given back, and can be given back twice', () => {
    const lock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${process.pid}`);
    lock.release();
    lock.release();
    lockDirectory(directory).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not taken from another process that lives; its pid is told', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    writeHolder({ ...holder, pid: other.pid });
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${other.pid!}, since 2026-01-31`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    lockDirectory(directory).release();
  });

  it('is taken from a process whose pid went to another one since', () => {
    writeHolder({ ...holder, startedAt: 'long ago' });
    lockDirectory(directory).release();
  });

  it('is not taken from a holder on another host, of which nobody here can tell', () => {
    writeHolder({ ...holder, host: 'elsewhere' });
    expect(() => lockDirectory(directory)).toThrow('on elsewhere');
  });

  it('is not taken when it cannot be read; the file to remove is told', () => {
    writeFileSync(join(directory, 'analytics.lock'), 'not JSON');
    expect(() => lockDirectory(directory)).toThrow(`remove ${join(directory, 'analytics.lock')}`);
  });

  it('is not judged by two processes at once', () => {
    writeHolder({ ...holder, startedAt: 'long ago' });
    mkdirSync(join(directory, 'analytics.lock.guard'));
    expect(() => lockDirectory(directory)).toThrow('another process that starts at this moment');
    expect(readFileSync(join(directory, 'analytics.lock'), 'utf8')).toContain('long ago');
  });
});
