import {
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StartError } from './engine.ts';

const LOCK_NAME = 'analytics.lock';
/** Taking over is a few system calls; whoever died in the middle of it left the guard behind. */
const GUARD_STALE_MS = 10_000;
const SIGN_OF_LIFE_MS = 5_000;
/** A holder on another host, or in another container, counts as gone after this long without a sign of life. */
const SILENT_MS = 60_000;

const holderSchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string().nullable(),
  /** The machine and the pid namespace in which `pid` means something. */
  host: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** The held lock. `release` is idempotent; a process that dies without it loses the lock to the next one. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes `directory` for this process. Throws a StartError that names the holder when it lives, and when it is
 * elsewhere and gave a sign of life within the last minute: a lock is never taken from a live holder.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, LOCK_NAME);
  const candidate = join(directory, `${LOCK_NAME}.${process.pid}`);
  const me: Holder = {
    pid: process.pid,
    startedAt: startOf(process.pid),
    host: ownHost(),
    since: new Date().toISOString(),
  };
  writeFileSync(candidate, JSON.stringify(me), { mode: 0o600 });
  try {
    if (!claim(candidate, path)) takeOver(directory, candidate, path);
  } finally {
    unlinkSync(candidate);
  }
  const signs = setInterval(() => {
    showLife(path);
  }, SIGN_OF_LIFE_MS).unref();
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      clearInterval(signs);
      const holder = readHolder(path);
      if (typeof holder === 'object' && holder?.pid === me.pid && holder.startedAt === me.startedAt) unlinkSync(path);
    },
  };
}

/** Linking is atomic, fails when the name is taken, and what is linked is already written in full. */
function claim(candidate: string, path: string): boolean {
  try {
    linkSync(candidate, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces the lock of a holder that is gone; the guard lets one process at a time judge and replace. */
function takeOver(directory: string, candidate: string, path: string): void {
  const guard = join(directory, `${LOCK_NAME}.guard`);
  if (!makeGuard(guard)) throw inUse(directory, 'another process that starts at this moment');
  try {
    const holder = readHolder(path);
    if (holder === 'unreadable') throw inUse(directory, `a process whose lock ${path} cannot be read`);
    if (holder !== null && isAlive(holder, path)) throw inUse(directory, describe(holder));
    if (holder !== null) unlinkSync(path);
    if (!claim(candidate, path)) throw inUse(directory, 'another process that starts at this moment');
  } finally {
    rmdirSync(guard);
  }
}

function makeGuard(guard: string, mayRetry = true): boolean {
  try {
    mkdirSync(guard);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!mayRetry || Date.now() - statSync(guard).mtimeMs < GUARD_STALE_MS) return false;
    rmdirSync(guard);
    return makeGuard(guard, false);
  }
}

/** Who holds the lock; null when it has just been given back. */
function readHolder(path: string): Holder | 'unreadable' | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? null : 'unreadable';
  }
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host !== ownHost()) return Date.now() - statSync(path).mtimeMs < SILENT_MS;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const startedAt = startOf(holder.pid);
  return startedAt === null || holder.startedAt === null || startedAt === holder.startedAt;
}

/** When a process started, as Linux counts it, because a pid alone is given out again; null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    // Field 22; the command in field 2 may hold spaces and brackets, so count from behind it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function ownHost(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return [hostname(), boot, readlinkSync('/proc/self/ns/pid')].join(' ');
  } catch {
    return hostname();
  }
}

function showLife(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // A full or vanished directory shows where it is written to; a sign of life is not worth a crash.
  }
}

function describe(holder: Holder): string {
  const [name = ''] = holder.host.split(' ');
  const where = holder.host === ownHost() ? '' : ` on another host or in another container (${name})`;
  return `process ${holder.pid}${where}, since ${holder.since}`;
}

function inUse(directory: string, holder: string): StartError {
  return new StartError(
    `The analytics directory ${directory} is in use by ${holder}. Stop that process first, or give this one a directory ` +
      `of its own. If nothing runs there any more, remove ${join(directory, LOCK_NAME)}.`,
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
