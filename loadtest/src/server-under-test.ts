import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { processTree, Product, School } from '@lectern/testbed';
import type { Asked } from './command-line.ts';
import type { Scenario } from './scenarios.ts';
import { udpPortOwner } from './udp-port-owner.ts';

/** The server that a load test is run against. */
export interface ServerUnderTest {
  readonly origin: string;
  readonly token: string;
  /** Its process; null where it does not run here, or not now. */
  readonly pid: () => number | null;
  /** Kills or freezes the media worker that has this UDP port, or kills the server. Rejects where it cannot be done. */
  readonly breakIt: (fault: string, port: number | null) => Promise<void>;
  /** How one of the load test's own ended by itself; null where it did not, and of another. */
  readonly ended: () => ServerEnd | null;
  readonly stop: () => Promise<void>;
}

/** The end of a server that nobody killed. */
interface ServerEnd {
  /** The signal or exit code. */
  readonly by: string;
  /** The last lines that it said. */
  readonly said: string;
}

const DEAD_FOR_MS = 1_000;
/** Of the log of a server that ended by itself. */
const LAST_LINES = 5;
/** What is done to a worker. */
const WORKER_FAULTS: Readonly<Record<string, 'SIGKILL' | 'SIGSTOP'>> = {
  'worker-death': 'SIGKILL',
  'worker-freeze': 'SIGSTOP',
};
/** So many are let into one class by default. */
const WITHIN_LIMITS = 2_000;

/** The one that was named, or one of our own: embedded stores in a directory of their own, ports of their own, a token of its own. */
export async function serverUnderTest({ target, scenario, participants }: Asked): Promise<ServerUnderTest> {
  if (target !== null) {
    return { ...target, pid: () => null, breakIt: refuse, ended: () => null, stop: () => Promise.resolve() };
  }
  console.log('Starting a server of its own');
  const token = randomBytes(24).toString('base64url');
  const product = await Product.start({
    environment: { ...scenario.server, ...soundOf(scenario), ...limitsFor(participants), LECTERN_LOAD_TOKEN: token },
    startTimeoutMs: 120_000,
    // Whoever interrupts a load test ends the class first, and then this.
    ownGroup: true,
  });
  try {
    // Without an institution that allows it, no class asks for scores.
    await School.found(product);
  } catch (error) {
    await product.stop();
    throw error;
  }
  let running = true;
  const frozen: number[] = [];
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
    async breakIt(fault, port) {
      if (fault === 'server-death') return killServer();
      const signal = WORKER_FAULTS[fault];
      if (signal === undefined) throw new Error(`there is no fault "${fault}"`);
      const worker = await workerAt(product.processId, port);
      if (signal === 'SIGSTOP') frozen.push(worker);
      process.kill(worker, signal);
    },
    ended: () =>
      product.endedBy === null ? null : { by: product.endedBy, said: product.log.slice(-LAST_LINES).join('\n') },
    stop: () => {
      frozen.forEach(thaw);
      return product.stop();
    },
  };
}

/** So that the server reckons with the packets that it gets. */
function soundOf({ ptimeMs }: Scenario): Readonly<Record<string, string>> {
  return ptimeMs === undefined ? {} : { LECTERN_AUDIO_PTIME_MS: String(ptimeMs) };
}

/** Nothing where the server's own limits are wide enough; else limits under which what breaks is the machine. */
function limitsFor(participants: number): Readonly<Record<string, string>> {
  if (participants <= WITHIN_LIMITS) return {};
  return {
    LECTERN_MAX_PEOPLE_PER_CLASS: String(participants),
    LECTERN_CONNECTIONS_PER_ADDRESS: String(3 * participants),
    LECTERN_SOCKETS_PER_ADDRESS: String(8 * participants),
  };
}

function refuse(fault: string): Promise<void> {
  return Promise.reject(new Error(`${fault} can be tried only on a server of the load test's own, without --target`));
}

/** The media worker of this server that has this port. */
async function workerAt(server: number, port: number | null): Promise<number> {
  const workers = (await processTree(server)).filter(({ part }) => part === 'worker').map(({ pid }) => pid);
  const worker = port === null ? null : await udpPortOwner(port, workers);
  if (worker === null) throw new Error(`none of ${workers.length} media workers has UDP port ${port ?? '(none)'}`);
  return worker;
}

/** A server that did not find it would leave it behind: one that stands still ends on no other signal. */
function thaw(worker: number): void {
  try {
    process.kill(worker, 'SIGCONT');
  } catch {
    // It was found, and is gone.
  }
}
