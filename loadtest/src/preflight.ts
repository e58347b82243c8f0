import { randomUUID } from 'node:crypto';
import { PROTOCOL_VERSION, SIGNALLING_PATH, type Health } from '@lectern/contracts';
import { UsageError, type Asked } from './command-line.ts';

const ANSWER_WITHIN_MS = 10_000;
const NOT_FOUND = 404;
const MAY_NOT: Readonly<Record<number, (origin: string) => string>> = {
  401: (origin) => `--token is not what ${origin} has as LECTERN_LOAD_TOKEN: give that one.`,
  403: (origin) =>
    `${origin} allows no load tests: set LECTERN_LOAD_TOKEN there (docs/configuration.md) and start it anew.`,
  429: (origin) =>
    `${origin} had too many wrong tokens from this address: wait a minute, and give what it has as LECTERN_LOAD_TOKEN.`,
};

/**
 * Tries at a server that runs already what a load test cannot do without: that it answers and is ready, takes the token, lets a WebSocket through, and
 * speaks this protocol. Makes nothing there. Rejects with a UsageError of one line that names the remedy.
 */
export async function checkTarget({ origin, token }: NonNullable<Asked['target']>): Promise<void> {
  await checkReady(origin);
  await checkToken(origin, token);
  await checkProtocol(origin, PROTOCOL_VERSION);
}

async function checkReady(origin: string): Promise<void> {
  const answer = await ask(origin, '/readyz', {});
  // One of an older release may say less.
  const health = (await answer.json().catch(() => null)) as Partial<Health> | null;
  if (typeof health?.status !== 'string') {
    throw new UsageError(
      `${origin} is no Lectern server (${answer.status} from /readyz): --target takes the address under which people open their class.`,
    );
  }
  const { status, reason } = health;
  if (status === 'draining') {
    throw new UsageError(
      `${origin} is prepared for an update and takes no new class: take that back under Operator, Update, or start it anew.`,
    );
  }
  if (status !== 'ok') throw new UsageError(`${origin} is not ready: ${reason ?? status}. Try again once it is.`);
}

/** By removing a class that there is not: a server that takes the token says so. */
async function checkToken(origin: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await ask(origin, `/api/load-tests/${randomUUID()}`, { method: 'DELETE', headers });
  if (answer.status === NOT_FOUND) return;
  throw new UsageError(
    MAY_NOT[answer.status]?.(origin) ?? `${origin} takes no load test: ${answer.status} ${await answer.text()}`,
  );
}

async function ask(origin: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(`${origin}${path}`, { ...request, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch (error) {
    throw new UsageError(
      `${origin} cannot be reached (${reasonOf(error)}): see that the server runs, that --target is its address, and that this machine may reach it.`,
    );
  }
}

/** fetch says why in its cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown };
  const { code } = cause as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : String(cause);
}

/** Connects without a seat: of whoever says another version the server reads no more than that. */
export async function checkProtocol(origin: string, version: number): Promise<void> {
  const answered = await firstWords(origin, version);
  if (answered === null) {
    throw new UsageError(
      `${origin} answers, and opens no WebSocket at ${SIGNALLING_PATH}: a proxy in front of it must pass WebSockets on (docs/operations.md).`,
    );
  }
  if (answered.includes('protocol-old')) {
    throw new UsageError(
      `${origin} speaks another version of the protocol than this load test (${version}): run the load test of the release that the server is of.`,
    );
  }
}

/** Frames of socket.io: the server opens, we connect, and it refuses or says its first message. */
const OPEN = '0';
const CONNECT = '40';
const ANSWERS = ['44', '42'];

/** What the server says to a page of this version that has no seat; null where it says nothing. */
function firstWords(origin: string, version: number): Promise<string | null> {
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${SIGNALLING_PATH}/?EIO=4&transport=websocket`);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const timer = setTimeout(resolve, ANSWER_WITHIN_MS, null);
  socket.onmessage = ({ data }) => {
    const frame = String(data);
    if (frame.startsWith(OPEN)) socket.send(`${CONNECT}${JSON.stringify({ protocol: version })}`);
    if (ANSWERS.some((kind) => frame.startsWith(kind))) resolve(frame);
  };
  socket.onerror = socket.onclose = () => {
    resolve(null);
  };
  return promise.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}
