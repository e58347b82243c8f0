import { linkSync, mkdirSync, readFileSync, rmdirSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isRunning, ownIdentity } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { StartError } from './store.ts';

const LOCK_NAME = 'lectern.lock';
const SIGN_OF_LIFE_MS = 5_000;
/** A holder on another host (a container that shares the directory) counts as gone after this long without a sign of life. */
const SILENT_MS = 60_000;
/** Taking over is a few system calls; whoever died in the middle of it left the guard behind. */
const GUARD_STALE_MS = 10_000;

const holderSchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string().nullable(),
  host: z.string(),
  since: z.string(),
});

/** The held lock. `close` is idempotent; a process that dies without it loses the lock to the next one. */
export interface DirectoryLock {
  close(): void;
}

/**
 * Takes the data directory for this process. PGlite takes no lock, and a second opener loses rows without a word, so
 * nothing in the directory may be opened before this. Throws a StartError that names the holder when it lives.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, LOCK_NAME);
  const me = ownIdentity();
  const mine = join(directory, `${LOCK_NAME}.${me.pid}`);
  writeFileSync(mine, JSON.stringify({ ...me, since: new Date().toISOString() }), { mode: 0o600 });
  try {
    if (!claim(mine, path)) takeOver(directory, mine, path);
  } finally {
    unlinkSync(mine);
  }
  const heartbeat = setInterval(() => {
    touch(path);
  }, SIGN_OF_LIFE_MS).unref();
  let released = false;
  return {
    close() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      if (isMine(path, me)) unlinkSync(path);
    },
  };
}

/** Linking is atomic and fails when the name is taken, and what is linked is already written in full. */
function claim(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces the lock of a holder that is gone. The guard lets one process at a time judge and replace. */
function takeOver(directory: string, mine: string, path: string): void {
  const guard = join(directory, `${LOCK_NAME}.guard`);
  if (!makeGuard(guard)) throw new StartError(inUse(directory, 'another server that starts at this moment'));
  try {
    const holder = readHolder(path);
    if (holder !== null && isAlive(holder, path)) throw new StartError(inUse(directory, describe(holder)));
    if (holder !== null) unlinkSync(path);
    if (!claim(mine, path)) throw new StartError(inUse(directory, 'another server that starts at this moment'));
  } finally {
    rmdirSync(guard);
  }
}

function makeGuard(guard: string, mayRetry = true): boolean {
  try {
    mkdirSync(guard);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!mayRetry || Date.now() - statSync(guard).mtimeMs < GUARD_STALE_MS) return false;
    rmdirSync(guard);
    return makeGuard(guard, false);
  }
}

type Holder = z.infer<typeof holderSchema> | 'unreadable';

/** Who holds the lock; null when it has just been given back. */
function readHolder(path: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable';
  }
}

function isAlive(holder: Holder, path: string): boolean {
  const running = holder === 'unreadable' ? null : isRunning(holder);
  return running ?? Date.now() - statSync(path).mtimeMs < SILENT_MS;
}

function isMine(path: string, me: ProcessIdentity): boolean {
  const holder = readHolder(path);
  return holder !== null && holder !== 'unreadable' && holder.pid === me.pid && holder.startedAt === me.startedAt;
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // A full or vanished directory shows where it is written to; a sign of life is not worth a crash.
  }
}

function describe(holder: Holder): string {
  if (holder === 'unreadable') return 'a server whose lock cannot be read';
  const where =
    isRunning(holder) === null ? ` on another host or in another container (${holder.host.split(' ')[0] ?? ''})` : '';
  return `process ${holder.pid}${where}, since ${holder.since}`;
}

function inUse(directory: string, holder: string): string {
  return (
    `The data directory ${directory} is in use by ${holder}. ` +
    'Stop that server first, or give this one a directory of its own with LECTERN_DATA_DIR.'
  );
}
