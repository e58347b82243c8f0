import { hash, verify } from '@node-rs/argon2';
import { LecternError } from '@lectern/contracts';
import { newToken } from './token.ts';

/** Argon2id with OWASP's first recommendation (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const MAX_AT_ONCE = 2;
/** About five seconds of work on a slow core; whoever comes later is asked to try again. */
const MAX_WAITING = 200;
const RETRY_AFTER_MS = 5_000;

let running = 0;
const waiting: (() => void)[] = [];

/** The hash that is kept of a password. Rejects with `too-many` when more wait than can be served soon. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, PARAMETERS));
}

/**
 * True when this is the password. Without a hash (nobody has this e-mail) the same work is done and the answer is
 * false, so that the time taken tells nobody who has an account.
 */
export async function verifyPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const against = passwordHash ?? (await nobodysHash());
  return (await inTurn(() => verify(against, password))) && passwordHash !== null;
}

let nobodys: Promise<string> | undefined;
function nobodysHash(): Promise<string> {
  return (nobodys ??= hash(newToken(), PARAMETERS));
}

/** Hashing is memory and CPU that anybody can ask for: never more than a few at once, and a bounded queue. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new LecternError('too-many', { retryAfterMs: RETRY_AFTER_MS });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    // The turn goes to the next in line as it is, without being given back first.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
