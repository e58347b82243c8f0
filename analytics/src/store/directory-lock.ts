import { linkSync, mkdirSync, readFileSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StartError } from './engine.ts';

const LOCK_NAME = 'analytics.lock';
/** Taking over is a few system calls; whoever died in the middle of it left the guard behind. */
const GUARD_STALE_MS = 10_000;

const holderSchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string().nullable(),
  host: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** The held lock. `release` is idempotent; a process that dies without it loses the lock to the next one. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes `directory` for this process. Throws a StartError that names the holder when it lives, or when nobody here can tell
 * because it is on another host: a lock is never taken from a live holder.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, LOCK_NAME);
  const candidate = join(directory, `${LOCK_NAME}.${process.pid}`);
  const me: Holder = {
    pid: process.pid,
    startedAt: startOf(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
  writeFileSync(candidate, JSON.stringify(me), { mode: 0o600 });
  try {
    if (!claim(candidate, path)) takeOver(directory, candidate, path);
  } finally {
    unlinkSync(candidate);
  }
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
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
    if (holder !== null && isRunning(holder)) throw inUse(directory, describe(holder));
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

function isRunning(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
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

function describe(holder: Holder): string {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
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
