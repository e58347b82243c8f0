import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { LecternError } from '@lectern/contracts';
import { newToken } from './token.ts';

/** Argon2id with OWASP's first recommendation (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const RETRY_AFTER_MS = 5_000;

/** Those who wait for their turn; whoever comes when the line is full is asked to try again. */
interface Line {
  readonly longest: number;
  readonly waiting: (() => void)[];
}

/** About five seconds of work for one slow core. It goes first: whoever has an account waits for nobody who makes one. */
const checks: Line = { longest: 200, waiting: [] };
const newPasswords: Line = { longest: 100, waiting: [] };
const atOnce = hashesAtOnce(availableParallelism());
let running = 0;

/** How many cores hashing may take: a quarter, since sound and picture of running classes need the others. */
export function hashesAtOnce(cores: number): number {
  return Math.max(1, Math.floor(cores / 4));
}

/** The hash that is kept of a password. Rejects with `too-many` when more wait than can be served soon. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(newPasswords, () => hash(password, PARAMETERS));
}

/**
 * True when this is the password. Without a hash (nobody has this e-mail) the same work is done and the answer is
 * false, so that the time taken tells nobody who has an account. Rejects like `hashPassword`.
 */
export async function verifyPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const against = passwordHash ?? (await nobodysHash());
  return (await inTurn(checks, () => verify(against, password))) && passwordHash !== null;
}

let nobodys: Promise<string> | undefined;
function nobodysHash(): Promise<string> {
  return (nobodys ??= hash(newToken(), PARAMETERS));
}

/** Hashing is memory and CPU that anybody can ask for: never more than a few at once, and bounded lines. */
async function inTurn<T>(line: Line, work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (line.waiting.length >= line.longest) throw new LecternError('too-many', { retryAfterMs: RETRY_AFTER_MS });
    await new Promise<void>((resolve) => line.waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    // The turn goes to the next in line as it is, without being given back first.
    const next = checks.waiting.shift() ?? newPasswords.waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
