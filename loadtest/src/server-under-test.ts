import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { processTree, Product, School, type ProcessUse } from '@lectern/testbed';
import type { Asked } from './command-line.ts';

/** The server that a load test is run against. */
export interface ServerUnderTest {
  readonly origin: string;
  readonly token: string;
  /** Its process; null where it does not run here, or not now. */
  readonly pid: () => number | null;
  /** Rejects where it cannot be done. */
  readonly breakIt: (fault: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const DEAD_FOR_MS = 1_000;
const WATCH_MS = 2_000;
/** So many are let into one class by default. */
const WITHIN_LIMITS = 2_000;

/** The one that was named, or one of our own: embedded stores in a directory of their own, ports of their own, a token of its own. */
export async function serverUnderTest({ target, scenario, participants }: Asked): Promise<ServerUnderTest> {
  if (target !== null) return { ...target, pid: () => null, breakIt: refuse, stop: () => Promise.resolve() };
  const token = randomBytes(24).toString('base64url');
  const product = await Product.start({
    environment: { ...scenario.server, ...limitsFor(participants), LECTERN_LOAD_TOKEN: token },
    startTimeoutMs: 120_000,
  });
  // Without an institution that allows it, no class asks for scores.
  await School.found(product);
  let running = true;
  let frozen: number | null = null;
  const killServer = async (): Promise<void> => {
    running = false;
    await product.kill();
    await delay(DEAD_FOR_MS);
    await product.restart();
    running = true;
  };
  return {
    origin: product.url,
    token,
    pid: () => (running ? product.processId : null),
    async breakIt(fault) {
      if (fault === 'worker-death') process.kill(await busiestWorker(product.processId), 'SIGKILL');
      else if (fault === 'worker-freeze') process.kill((frozen = await busiestWorker(product.processId)), 'SIGSTOP');
      else if (fault === 'server-death') await killServer();
      else throw new Error(`there is no fault "${fault}"`);
    },
    stop: () => {
      if (frozen !== null) thaw(frozen);
      return product.stop();
    },
  };
}

/** Nothing where the server's own limits are wide enough; else limits under which what breaks is the machine. */
function limitsFor(participants: number): Readonly<Record<string, string>> {
  if (participants <= WITHIN_LIMITS) return {};
  return {
    LECTERN_MAX_PEOPLE_PER_CLASS: String(participants),
    LECTERN_CONNECTIONS_PER_ADDRESS: String(3 * participants),
  };
}

function refuse(fault: string): Promise<void> {
  return Promise.reject(new Error(`${fault} can be tried only on a server of the load test's own, without --target`));
}

/** The media worker that does the most now: where everybody sits on one, it is that one. */
async function busiestWorker(server: number): Promise<number> {
  const before = new Map((await processTree(server)).map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
  await delay(WATCH_MS);
  const workers = (await processTree(server)).filter(({ part }) => part === 'worker');
  const since = ({ pid, cpuSeconds }: ProcessUse): number => cpuSeconds - (before.get(pid) ?? 0);
  const busiest = workers.sort((one, other) => since(other) - since(one))[0];
  if (busiest === undefined) throw new Error('the server has no media worker');
  return busiest.pid;
}

/** A server that did not find it would leave it behind: one that stands still ends on no other signal. */
function thaw(worker: number): void {
  try {
    process.kill(worker, 'SIGCONT');
  } catch {
    // It was found, and is gone.
  }
}
