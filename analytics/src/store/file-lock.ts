// The server and the analytics process each have a copy of this file and of process-identity.ts, because workspaces share no
// code that does I/O: a test holds the copies equal.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { z } from 'zod';
import { isOfEarlierBoot, isOfThisMachine, isRunning, ownIdentity } from './process-identity.ts';

const SIGN_OF_LIFE_MS = 5_000;
/**
 * A holder that cannot be asked, on another host or in a lock that cannot be read, is gone after this long without a sign of life:
 * a file system that hosts share shows its times as much as a minute late.
 */
const SILENT_MS = 60_000;
/** The same for a holder on this machine's own files: three signs of life that did not come. */
const SILENT_HERE_MS = 3 * SIGN_OF_LIFE_MS;
/** Taking over is a few system calls; whoever died in the middle of it left the guard behind. */
const GUARD_STALE_MS = 10_000;

const holderSchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string().nullable(),
  host: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** The held lock. `close` is idempotent; a process that dies without it loses the lock to the next one. */
export interface FileLock {
  close(): void;
}

/** Who has the lock: `unreadable` somebody whose file says nothing, `starting` somebody who takes it over at this moment. */
export type HeldBy = Holder | 'unreadable' | 'starting';

/**
 * Takes the lock that the file `path` stands for, in a directory that exists, or says who has it. Never taken from a live
 * holder; taken at once from one of this machine that is gone, even when its pid was given out again. `onLost` is called once
 * when the lock is found to be no longer this process's own: it stood still for so long that it was taken for gone.
 */
export function takeFileLock(
  path: string,
  onLost: () => void,
): { readonly lock: FileLock } | { readonly heldBy: HeldBy } {
  const me: Holder = { ...ownIdentity(), since: new Date().toISOString() };
  // In containers that share the directory the pids are the same ones.
  const candidate = `${path}.${me.pid}-${randomUUID().slice(0, 8)}`;
  try {
    writeThrough(candidate, JSON.stringify(me));
    const heldBy = claim(candidate, path) ? null : takeOver(candidate, path);
    return heldBy === null ? { lock: held(path, me, onLost) } : { heldBy };
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** Names a holder as in "in use by …"; null when nothing is known of it. */
export function describeHolder(heldBy: HeldBy): string | null {
  if (typeof heldBy === 'string') return null;
  const where = isRunning(heldBy) === null ? ` ${describePlace(heldBy)}` : '';
  return `process ${heldBy.pid}${where}, since ${heldBy.since}`;
}

function describePlace(holder: Holder): string {
  const [name = ''] = holder.host.split(' ');
  return isOfEarlierBoot(holder)
    ? `on this machine before it was restarted, or on another one of its name (${name})`
    : `on another host or in another container (${name})`;
}

/** On disk before it gets its name: a power cut must not leave a lock that says nothing. */
function writeThrough(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Linking is atomic and fails when the name is taken, and what is linked is already written in full. */
function claim(candidate: string, path: string): boolean {
  try {
    linkSync(candidate, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces the lock of a holder that is gone, else says who has it. The guard lets one process at a time judge and replace. */
function takeOver(candidate: string, path: string): HeldBy | null {
  const guard = `${path}.guard`;
  if (!makeGuard(guard)) return 'starting';
  try {
    const holder = readHolder(path);
    if (holder !== null && isAlive(holder, path)) return holder;
    if (holder !== null) rmSync(path, { force: true });
    return claim(candidate, path) ? null : 'starting';
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

function makeGuard(guard: string, mayRetry = true): boolean {
  try {
    mkdirSync(guard);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!mayRetry || !isOlderThan(guard, GUARD_STALE_MS)) return false;
    rmSync(guard, { recursive: true, force: true });
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

function isAlive(holder: Holder | 'unreadable', path: string): boolean {
  if (holder === 'unreadable') return !isOlderThan(path, SILENT_MS);
  return isRunning(holder) ?? !isOlderThan(path, isOfThisMachine(holder) ? SILENT_HERE_MS : SILENT_MS);
}

/** False when it is gone by now. */
function isOlderThan(path: string, ms: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}

function held(path: string, me: Holder, onLost: () => void): FileLock {
  const heartbeat = setInterval(() => {
    // A file that cannot be read at this moment says nothing about whose it is.
    if (isMine(path, me) ?? true) {
      touch(path);
      return;
    }
    clearInterval(heartbeat);
    onLost();
  }, SIGN_OF_LIFE_MS).unref();
  let released = false;
  return {
    close() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      if (isMine(path, me) === true) rmSync(path, { force: true });
    },
  };
}

/** Null when the lock cannot be read. */
function isMine(path: string, me: Holder): boolean | null {
  const holder = readHolder(path);
  if (holder === 'unreadable') return null;
  if (holder === null) return false;
  return holder.pid === me.pid && holder.startedAt === me.startedAt && holder.host === me.host;
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // A full or read-only directory shows where it is written to; a sign of life is not worth a crash.
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
