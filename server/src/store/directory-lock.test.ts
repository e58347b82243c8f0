import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDirectory } from './data-directory.ts';
import { lockDirectory } from './directory-lock.ts';
import { isRunning, ownIdentity } from './process-identity.ts';
import { StartError } from './store.ts';

const LOCK_MODULE = new URL('./directory-lock.ts', import.meta.url).href;
const HOUR_MS = 3_600_000;

describe('the lock on the data directory', () => {
  let directory: string;
  let lockFile: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lectern-lock-'));
    lockFile = join(directory, 'lectern.lock');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    rmSync(directory, { recursive: true });
  });

  /** Another process that tries to take the lock: says `held` and keeps it, or says why not and ends. */
  async function contender(): Promise<{ child: ChildProcess; said: string }> {
    const code = `
      const { lockDirectory } = await import(${JSON.stringify(LOCK_MODULE)});
      try { lockDirectory(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000); }
      catch (error) { console.log(error.message); }`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [data] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, said: data.toString().trim() };
  }

  const lockOf = (holder: object) => {
    writeFileSync(lockFile, JSON.stringify({ ...ownIdentity(), since: '2026-11-23T08:00:00.000Z', ...holder }));
  };

  it('is refused while a live process holds it, which is named', async () => {
    const { child, said } = await contender();
    expect(said).toBe('held');
    expect(() => lockDirectory(directory)).toThrow(StartError);
    expect(() => lockDirectory(directory)).toThrow(
      new RegExp(`in use by process ${child.pid ?? 0}, since \\d{4}-.*Stop that server first.*LECTERN_DATA_DIR`),
    );
  });

  it('is not stolen from a holder that is stopped and silent for hours', async () => {
    const { child } = await contender();
    child.kill('SIGSTOP');
    const longAgo = new Date(Date.now() - 5 * HOUR_MS);
    utimesSync(lockFile, longAgo, longAgo);
    expect(() => lockDirectory(directory)).toThrow(`in use by process ${child.pid ?? 0}`);
    child.kill('SIGCONT');
  });

  it('is taken over at once from a holder that was killed', async () => {
    const { child } = await contender();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = lockDirectory(directory);
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.close();
  });

  it('is taken over when another process has got the dead holder’s pid', () => {
    lockOf({ pid: process.ppid, startedAt: '1' });
    lockDirectory(directory).close();
  });

  it('goes to one of many who want a dead holder’s lock at once', async () => {
    lockOf({ pid: 2 ** 22 + 1 });
    const contenders = await Promise.all(Array.from({ length: 8 }, contender));
    const said = contenders.map((one) => one.said);
    expect(said.filter((answer) => answer === 'held')).toHaveLength(1);
    expect(said.filter((answer) => answer.includes('is in use by'))).toHaveLength(7);
  }, 30_000);

  it('of another host or container is respected while it gives signs of life, and no longer', () => {
    lockOf({ host: 'elsewhere boot pid:[1]' });
    expect(() => lockDirectory(directory)).toThrow('on another host or in another container (elsewhere)');
    const longAgo = new Date(Date.now() - HOUR_MS);
    utimesSync(lockFile, longAgo, longAgo);
    lockDirectory(directory).close();
  });

  it('that cannot be read is treated as that of a stranger', () => {
    writeFileSync(lockFile, '');
    expect(() => lockDirectory(directory)).toThrow('a server whose lock cannot be read');
    const longAgo = new Date(Date.now() - HOUR_MS);
    utimesSync(lockFile, longAgo, longAgo);
    lockDirectory(directory).close();
  });

  it('is the same program in the analytics process', () => {
    for (const name of ['file-lock.ts', 'process-identity.ts']) {
      const copy = readFileSync(new URL(`../../../analytics/src/store/${name}`, import.meta.url), 'utf8');
      expect(copy, name).toBe(readFileSync(new URL(name, import.meta.url), 'utf8'));
    }
  });

  it('leaves nothing beside it', () => {
    const lock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow('is in use by');
    expect(readdirSync(directory)).toEqual(['lectern.lock']);
    lock.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('survives a process that died while taking over', () => {
    lockOf({ pid: 2 ** 22 + 1 });
    const guard = `${lockFile}.guard`;
    mkdirSync(guard);
    expect(() => lockDirectory(directory)).toThrow('another server that starts at this moment');
    const longAgo = new Date(Date.now() - HOUR_MS);
    utimesSync(guard, longAgo, longAgo);
    lockDirectory(directory).close();
    expect(existsSync(guard)).toBe(false);
  });

  it('is given back once, and never somebody else’s', () => {
    const lock = lockDirectory(directory);
    lock.close();
    expect(existsSync(lockFile)).toBe(false);
    lockOf({ pid: process.ppid });
    lock.close();
    expect(existsSync(lockFile)).toBe(true);
  });

  it('tells this process from one that ended and from one on another host', () => {
    const me = ownIdentity();
    expect(isRunning(me)).toBe(true);
    expect(isRunning({ ...me, pid: 2 ** 22 + 1 })).toBe(false);
    expect(isRunning({ ...me, startedAt: '1' })).toBe(false);
    expect(isRunning({ ...me, host: 'elsewhere' })).toBeNull();
  });
});

describe('the data directory', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'lectern-data-'));
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  it('is made when it is missing', () => {
    const lock = openDataDirectory(join(parent, 'a', 'b'));
    expect(existsSync(join(parent, 'a', 'b', 'lectern.lock'))).toBe(true);
    lock.close();
  });

  it('is refused when it is a file', () => {
    writeFileSync(join(parent, 'file'), '');
    for (const path of ['file', 'file/below']) {
      expect(() => openDataDirectory(join(parent, path))).toThrow(/is not a directory.*LECTERN_DATA_DIR/);
    }
  });

  it('is refused when hardly anything fits in it any more, saying how much does', () => {
    const nearlyFull = () => 7 * 1024 * 1024;
    expect(() => openDataDirectory(parent, nearlyFull)).toThrow(/has 7 MB left; 100 MB are needed.*LECTERN_DATA_DIR/);
    expect(existsSync(join(parent, 'lectern.lock'))).toBe(false);
  });
});
