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
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
      try { await lockDirectory(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000); }
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
    await expect(lockDirectory(directory)).rejects.toThrow(StartError);
    await expect(lockDirectory(directory)).rejects.toThrow(
      new RegExp(`in use by process ${child.pid ?? 0}, since \\d{4}-.*Stop that server first.*LECTERN_DATA_DIR`),
    );
  });

  it('is not stolen from a holder that is stopped and silent for hours', async () => {
    const { child } = await contender();
    child.kill('SIGSTOP');
    const longAgo = new Date(Date.now() - 5 * HOUR_MS);
    utimesSync(lockFile, longAgo, longAgo);
    await expect(lockDirectory(directory)).rejects.toThrow(`in use by process ${child.pid ?? 0}`);
    child.kill('SIGCONT');
  });

  it('is taken over at once from a holder that was killed', async () => {
    const { child } = await contender();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await lockDirectory(directory);
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.close();
  });

  it('is taken over when another process has got the dead holder’s pid', async () => {
    lockOf({ pid: process.ppid, startedAt: '1' });
    (await lockDirectory(directory)).close();
  });

  it('goes to one of many who want a dead holder’s lock at once', async () => {
    lockOf({ pid: 2 ** 22 + 1 });
    const contenders = await Promise.all(Array.from({ length: 8 }, contender));
    const said = contenders.map((one) => one.said);
    expect(said.filter((answer) => answer === 'held')).toHaveLength(1);
    expect(said.filter((answer) => answer.includes('is in use by'))).toHaveLength(7);
  }, 90_000);

  describe('whose holder cannot be asked', () => {
    const inThisContainerBefore = () => ({ host: ownIdentity().host.replace(/\S+$/, 'pid:[1]') });
    const beforeTheReboot = () => ({ host: `${hostname()} earlier pid:[1]` });
    const elsewhere = () => ({ host: 'elsewhere boot pid:[1]' });
    /** Lets the time pass that is waited, and remembers it. */
    const clock = (meanwhile: () => void = () => undefined) => {
      vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
      const told: string[] = [];
      const wait = { ms: 0, told, onWait: (line: string) => told.push(line), pause };
      function pause(ms: number): Promise<void> {
        wait.ms += ms;
        vi.setSystemTime(Date.now() + ms);
        meanwhile();
        return Promise.resolve();
      }
      return wait;
    };
    afterEach(() => {
      vi.useRealTimers();
    });

    it('is waited for, and taken over: of this container before its restart fifteen seconds after its last sign of life', async () => {
      lockOf(inThisContainerBefore());
      const wait = clock();
      (await lockDirectory(directory, wait)).close();
      expect(wait.ms).toBeGreaterThan(14_000);
      expect(wait.ms).toBeLessThan(16_500);
      expect(wait.told).toEqual([expect.stringContaining('waiting for a sign of life')]);
    });

    it.each([
      ['of another host', () => lockOf(elsewhere())],
      ['of this machine before it was restarted', () => lockOf(beforeTheReboot())],
      ['of whoever wrote a lock that cannot be read', () => writeFileSync(lockFile, '')],
    ])('is taken over %s after a minute', async (_whose, hold) => {
      hold();
      const wait = clock();
      (await lockDirectory(directory, wait)).close();
      expect(wait.ms).toBeGreaterThan(59_000);
      expect(wait.ms).toBeLessThan(61_500);
    });

    it.each([
      ['on this machine', inThisContainerBefore],
      ['elsewhere', elsewhere],
    ])('is never stolen from a holder %s that gives a sign of life', async (_where, holder) => {
      lockOf(holder());
      const wait = clock(() => {
        if (wait.ms >= 5_000) utimesSync(lockFile, new Date(), new Date());
      });
      await expect(lockDirectory(directory, wait)).rejects.toThrow('on another host or in another container');
      expect(wait.ms).toBe(5_000);
      expect(existsSync(lockFile)).toBe(true);
    });

    it('is said to be of this machine before it was restarted, where name and boot say so', async () => {
      lockOf(beforeTheReboot());
      const wait = clock();
      (await lockDirectory(directory, wait)).close();
      expect(wait.told).toEqual([
        expect.stringContaining(
          `on this machine before it was restarted, or on another one of its name (${hostname()})`,
        ),
      ]);
      lockOf(elsewhere());
      // The test's clock is a minute ahead of the one that files are written by.
      utimesSync(lockFile, new Date(), new Date());
      (await lockDirectory(directory, wait)).close();
      expect(wait.told[1]).toContain('on another host or in another container (elsewhere)');
    });

    it('is taken at once when it has been silent for long', async () => {
      lockOf(elsewhere());
      const longAgo = new Date(Date.now() - HOUR_MS);
      utimesSync(lockFile, longAgo, longAgo);
      const wait = clock();
      (await lockDirectory(directory, wait)).close();
      expect(wait).toMatchObject({ ms: 0, told: [] });
    });
  });

  it('is the same program in the analytics process', () => {
    for (const name of ['file-lock.ts', 'process-identity.ts']) {
      const copy = readFileSync(new URL(`../../../analytics/src/store/${name}`, import.meta.url), 'utf8');
      expect(copy, name).toBe(readFileSync(new URL(name, import.meta.url), 'utf8'));
    }
  });

  it('leaves nothing beside it', async () => {
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow('is in use by');
    expect(readdirSync(directory)).toEqual(['lectern.lock']);
    lock.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('survives a process that died while taking over', async () => {
    lockOf({ pid: 2 ** 22 + 1 });
    const guard = `${lockFile}.guard`;
    mkdirSync(guard);
    await expect(lockDirectory(directory)).rejects.toThrow('another server that starts at this moment');
    const longAgo = new Date(Date.now() - HOUR_MS);
    utimesSync(guard, longAgo, longAgo);
    (await lockDirectory(directory)).close();
    expect(existsSync(guard)).toBe(false);
  });

  it('is given back once, and never somebody else’s', async () => {
    const lock = await lockDirectory(directory);
    lock.close();
    expect(existsSync(lockFile)).toBe(false);
    lockOf({ pid: process.ppid });
    lock.close();
    expect(existsSync(lockFile)).toBe(true);
  });

  it.each([
    ['was taken over by another one', () => lockOf({ pid: process.ppid })],
    ['was given back by another one that had taken it over', () => rmSync(lockFile)],
  ])('ends the process, and leaves the file alone, when it %s meanwhile', async (_how, rob) => {
    vi.useFakeTimers({ now: Date.now() });
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const lock = await lockDirectory(directory);
      vi.advanceTimersByTime(5_000);
      expect(exit).not.toHaveBeenCalled();
      rob();
      const left = statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs;
      vi.advanceTimersByTime(20_000);
      expect(exit).toHaveBeenCalledExactlyOnceWith(1);
      expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`${directory} is no longer this server's`));
      lock.close();
      expect(statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs).toBe(left);
    } finally {
      exit.mockRestore();
      said.mockRestore();
      vi.useRealTimers();
    }
  });

  it('outlives a moment in which its file cannot be read', async () => {
    vi.useFakeTimers({ now: Date.now() });
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    try {
      const lock = await lockDirectory(directory);
      const text = readFileSync(lockFile);
      writeFileSync(lockFile, '');
      vi.advanceTimersByTime(5_000);
      writeFileSync(lockFile, text);
      vi.advanceTimersByTime(5_000);
      expect(exit).not.toHaveBeenCalled();
      lock.close();
      expect(existsSync(lockFile)).toBe(false);
    } finally {
      exit.mockRestore();
      vi.useRealTimers();
    }
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

  it('is made when it is missing', async () => {
    const lock = await openDataDirectory(join(parent, 'a', 'b'));
    expect(existsSync(join(parent, 'a', 'b', 'lectern.lock'))).toBe(true);
    lock.close();
  });

  it('is refused when it is a file', async () => {
    writeFileSync(join(parent, 'file'), '');
    for (const path of ['file', 'file/below']) {
      await expect(openDataDirectory(join(parent, path))).rejects.toThrow(/is not a directory.*LECTERN_DATA_DIR/);
    }
  });

  it('is refused when hardly anything fits in it any more, saying how much does', async () => {
    const freeBytes = () => 7 * 1024 * 1024;
    await expect(openDataDirectory(parent, { freeBytes })).rejects.toThrow(
      /has 7 MB left; 100 MB are needed.*LECTERN_DATA_DIR/,
    );
    expect(existsSync(join(parent, 'lectern.lock'))).toBe(false);
  });
});
