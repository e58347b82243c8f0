import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Benchmark, type Goal, processTree, Product, School } from '@lectern/testbed';
import { residentMemory } from '../resident-memory.ts';
import { within } from '../time-limit.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const BARE = resolve(ROOT, 'server/lab/memory/bare.ts');
const PARTS = ['server', 'worker'] as const;
/** What the class may take for each participant beside what mediasoup itself takes. */
const MORE_KB = 60;
/** So long nobody comes or goes before memory is read. */
const SETTLED_MS = 60_000;
/** Building the load generator at the first run included. */
const ALL_IN_MS = 600_000;
const LOOK_MS = 1_000;
const START_WITHIN_MS = 120_000;

const MORE: Goal = { name: 'memory for each participant beside mediasoup’s', unit: 'kB', goal: MORE_KB };
const CLASS: Goal = { name: 'memory for each participant: a class', unit: 'kB', goal: null };
const BARE_SLOPE: Goal = { name: 'memory for each participant: mediasoup alone', unit: 'kB', goal: null };

interface Sizes {
  readonly small: number;
  readonly large: number;
}

/**
 * How much memory one more participant takes in server and workers, once everybody has been in for a minute: a load test's lecture of
 * two sizes, each on a server of its own, and as many with the same transports, consumers and data channels on a script of
 * mediasoup alone. `BENCH_SLOPE_SIZES` sets the two sizes, `BENCH_SLOPE_SETTLED_S` the seconds.
 */
export const memorySlope: Benchmark = {
  name: 'memory-slope',
  about: 'memory that one more participant takes, against mediasoup alone',
  goals: [MORE, CLASS, BARE_SLOPE],
  async run(log) {
    const sizes = sizesFrom(process.env['BENCH_SLOPE_SIZES'] ?? '500,2000');
    const bare = await slopeOf('mediasoup alone', sizes, bareMemory, log);
    const full = await slopeOf('a class', sizes, classMemory, log);
    const between = `between ${String(sizes.small)} and ${String(sizes.large)} people`;
    return [
      { ...MORE, value: full.kb - bare.kb, note: between },
      { ...CLASS, value: full.kb, note: full.note },
      { ...BARE_SLOPE, value: bare.kb, note: bare.note },
    ];
  },
};

function sizesFrom(text: string): Sizes {
  const [small = Number.NaN, large = Number.NaN] = text.split(',').map(Number);
  if (!(small > 0 && large > small))
    throw new Error(`BENCH_SLOPE_SIZES="${text}": write two sizes, the smaller one first, as in 500,2000`);
  return { small, large };
}

type Memory = Readonly<Record<(typeof PARTS)[number], number>>;

async function slopeOf(
  what: string,
  { small, large }: Sizes,
  memoryOf: (people: number) => Promise<Memory>,
  log: (line: string) => void,
): Promise<{ readonly kb: number; readonly note: string }> {
  const read = async (people: number): Promise<Memory> => {
    const memory = await memoryOf(people);
    log(`${what}, ${String(people)} people: ${PARTS.map((part) => `${part} ${mb(memory[part])}`).join(', ')}`);
    return memory;
  };
  const [few, many] = [await read(small), await read(large)];
  const slope = (part: (typeof PARTS)[number]): number => ((many[part] - few[part]) * 1_024) / (large - small);
  const [server, worker] = PARTS.map(slope);
  return {
    kb: (server ?? Number.NaN) + (worker ?? Number.NaN),
    note: `Node ${(server ?? Number.NaN).toFixed(0)} kB, workers ${(worker ?? Number.NaN).toFixed(0)} kB`,
  };
}

/** Of the whole class, in MB, once it has settled. */
async function classMemory(people: number): Promise<Memory> {
  const token = randomBytes(24).toString('base64url');
  const product = await Product.start({ environment: { LECTERN_LOAD_TOKEN: token }, startTimeoutMs: START_WITHIN_MS });
  let lecture: ChildProcess | null = null;
  try {
    // Without an institution that allows it, no class asks for scores.
    await School.found(product);
    lecture = playLecture(product.url, token, people);
    await within(`${String(people)} people in a class`, ALL_IN_MS, allHear(product.url, people, lecture));
    return await settledMemory(product.processId);
  } finally {
    await ended(lecture);
    await product.stop();
  }
}

function playLecture(url: string, token: string, people: number): ChildProcess {
  const minutes = Math.ceil(settledMs() / 60_000) + 2;
  const asked = ['--participants', String(people), '--minutes', String(minutes), '--target', url];
  return spawn(process.execPath, [resolve(ROOT, 'scripts/lectern.mjs'), 'loadtest', 'lecture-2000', ...asked], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // A group of its own, so that what it starts hears of the end as well.
    detached: true,
    env: { ...process.env, LECTERN_LOAD_TOKEN: token },
  });
}

/** Resolves once the class hears; rejects when the load test ends before. */
async function allHear(url: string, people: number, lecture: ChildProcess): Promise<void> {
  while ((await hearing(url)) < people) {
    if (lecture.exitCode !== null) throw new Error('the load test ended before everybody was in');
    await delay(LOOK_MS);
  }
}

async function hearing(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^lectern_people_hearing\{kind="load-test"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** The same on mediasoup alone. */
async function bareMemory(people: number): Promise<Memory> {
  const worker = process.env['MEDIASOUP_WORKER_BIN'];
  const which = worker === undefined ? [] : ['--worker', worker];
  const program = spawn(process.execPath, [BARE, '--people', String(people), ...which], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const first = once(createInterface({ input: program.stdout }), 'line') as Promise<[string]>;
    const failed = once(program, 'exit').then(() => Promise.reject(new Error('the script of mediasoup alone ended')));
    const [line] = await within(`${String(people)} people on mediasoup`, ALL_IN_MS, Promise.race([first, failed]));
    return await settledMemory((JSON.parse(line) as { pid: number }).pid);
  } finally {
    program.stdin.end();
    if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
  }
}

async function settledMemory(root: number): Promise<Memory> {
  await delay(settledMs());
  const tree = await processTree(root);
  const resident = await residentMemory(tree.map(({ pid }) => pid));
  const sum = (part: string): number =>
    tree.reduce((all, use) => all + (use.part === part ? (resident.get(use.pid)?.allMb ?? Number.NaN) : 0), 0);
  return { server: sum('server'), worker: sum('worker') };
}

function settledMs(): number {
  const seconds = process.env['BENCH_SLOPE_SETTLED_S'];
  return seconds === undefined ? SETTLED_MS : Number(seconds) * 1_000;
}

async function ended(program: ChildProcess | null): Promise<void> {
  if (program?.pid === undefined || program.exitCode !== null) return;
  const gone = once(program, 'exit');
  process.kill(-program.pid, 'SIGINT');
  await gone;
}

function mb(value: number): string {
  return `${value.toFixed(0)} MB`;
}
