import { randomUUID } from 'node:crypto';
import { PROTOCOL_VERSION, SIGNALLING_PATH, type Health } from '@lectern/contracts';
import { UsageError } from '@lectern/testbed';
import type { Asked } from './command-line.ts';

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
 * Tries at a server that runs already what a load test cannot do without: that it answers and is ready, takes the token, tells its metrics, lets a
 * WebSocket through, and speaks this protocol. Makes nothing there. Rejects with a UsageError of one line that names the remedy.
 */
export async function checkTarget(
  { origin, token }: NonNullable<Asked['target']>,
  metricsToken: string | undefined,
): Promise<void> {
  await checkReady(origin);
  await checkToken(origin, token);
  await checkMetrics(origin, metricsToken);
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

/** Without them nobody can tell whether the server left something out of the class, and the run would not count. */
async function checkMetrics(origin: string, metricsToken: string | undefined): Promise<void> {
  const headers: Record<string, string> = metricsToken === undefined ? {} : { authorization: `Bearer ${metricsToken}` };
  const answer = await ask(origin, '/metrics', { headers });
  await answer.body?.cancel();
  if (answer.ok) return;
  throw new UsageError(
    `${origin} does not tell this machine what it leaves out of a class (${answer.status} from /metrics), and without that no run counts: let /metrics ` +
      'through to here, and set LECTERN_METRICS_TOKEN there and here to the same.',
  );
}

async function ask(origin: string, path: string, request: RequestInit): Promise<Response> {
  const url = `${origin}${path}`;
  const answer = await reach(origin, url, request);
  const location = answer.headers.get('location');
  const leadsTo = location === null ? origin : new URL(location, url).origin;
  if (leadsTo === origin) return answer;
  // What follows a redirect to another address takes the token off.
  throw new UsageError(`${origin} redirects to ${leadsTo}: give that address as --target.`);
}

async function reach(origin: string, url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch (error) {
    const reason = reasonOf(error);
    if (/CERT|SELF_SIGNED/.test(reason)) {
      throw new UsageError(
        `${origin} has a certificate that this machine does not trust (${reason}): give the server one that it does, or name the file of its issuer in ` +
          'NODE_EXTRA_CA_CERTS and SSL_CERT_FILE.',
      );
    }
    throw new UsageError(
      `${origin} cannot be reached (${reason}): see that the server runs, that --target is its address, and that this machine may reach it.`,
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

/**
 * What the server says to a page of this version that has no seat; null where it says nothing. By then the connection is closed: what the server counts
 * before the class does not count it.
 */
async function firstWords(origin: string, version: number): Promise<string | null> {
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${SIGNALLING_PATH}/?EIO=4&transport=websocket`);
  const said = Promise.withResolvers<string | null>();
  const closed = Promise.withResolvers<null>();
  const timer = setTimeout(() => {
    said.resolve(null);
    closed.resolve(null);
  }, ANSWER_WITHIN_MS);
  socket.onmessage = ({ data }) => {
    const frame = String(data);
    if (frame.startsWith(OPEN)) socket.send(`${CONNECT}${JSON.stringify({ protocol: version })}`);
    if (ANSWERS.some((kind) => frame.startsWith(kind))) said.resolve(frame);
  };
  socket.onclose = () => {
    said.resolve(null);
    closed.resolve(null);
  };
  const answer = await said.promise;
  socket.close();
  await closed.promise;
  clearTimeout(timer);
  return answer;
}
