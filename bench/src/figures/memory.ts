import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  type Benchmark,
  Crowd,
  type Figure,
  type Goal,
  joinAsInstructor,
  PersonalBrowser,
  processTree,
  type ProcessUse,
  Product,
  School,
} from '@lectern/testbed';
import { allResident, residentMemory, type ResidentMemory } from '../resident-memory.ts';
import { teachWithCamera } from '../teaching.ts';
import { within } from '../time-limit.ts';

const STUDENTS = 49;
const PARTS = ['server', 'worker', 'analytics'] as const;
type Part = (typeof PARTS)[number];
/** The embedded ClickHouse is loaded after the server is ready. */
const SETTLE_MS = 10_000;
const WINDOWS = 4;
const JOIN_LIMIT_MS = 60_000;

const SERVER = named('server', 150);
const WORKER = named('worker');
const ANALYTICS = named('analytics');
const SUM = named('sum');
const POSTGRES = named('embedded PostgreSQL');
const CLICKHOUSE = named('embedded ClickHouse');
const GOALS: Readonly<Record<Part, Goal>> = { server: SERVER, worker: WORKER, analytics: ANALYTICS };

type Use = ProcessUse & ResidentMemory;

/**
 * Memory of each process before anybody comes and with 50 people: an instructor with camera and microphone, 49 students who
 * receive both and contribute. And what the embedded stores cost.
 */
export const memory: Benchmark = {
  name: 'memory',
  about: 'memory of each process with 50 people in a class, one presenting',
  goals: [SERVER, WORKER, ANALYTICS, SUM, POSTGRES, CLICKHOUSE],
  async run(log) {
    const product = await Product.start();
    const teaching = await PersonalBrowser.launch();
    let crowd: Crowd | null = null;
    try {
      await pause(SETTLE_MS);
      const alone = await usesOf(product);
      const school = await School.found(product);
      const planned = await school.planClass();
      await teachWithCamera(await joinAsInstructor(teaching, product, school, planned));
      crowd = await Crowd.gather(product.url, school, planned, STUDENTS);
      await watchAndScore(crowd, log);
      const full = await usesOf(product);
      return [
        ...PARTS.map((part) => partFigure(part, full, alone)),
        { ...SUM, value: total(full), note: `embedded stores included; ${allResident(full)}` },
        ...(await embeddedPostgres(total(alone, 'server'))),
        await embeddedClickhouse(alone),
      ];
    } finally {
      crowd?.close();
      await teaching.close();
      await product.stop();
    }
  },
};

/** Everybody receives the stage and sends a score for each of some windows. */
async function watchAndScore(crowd: Crowd, log: (line: string) => void): Promise<void> {
  let bytes = 0;
  for (const member of crowd.members) member.on('packet', (_, size) => (bytes += size));
  for (const member of crowd.members) {
    const consumers = await within('receiving the stage', JOIN_LIMIT_MS, member.receive());
    if (!consumers.some(({ kind }) => kind === 'video')) throw new Error('a student receives no picture');
  }
  for (let round = 0; round < WINDOWS; round += 1) {
    const before = { bytes, atMs: performance.now() };
    const { window } = await crowd.windowEnd();
    const kilobits = ((bytes - before.bytes) * 8) / (performance.now() - before.atMs) / STUDENTS;
    log(`window ${String(window)}: each student receives ${kilobits.toFixed(0)} kbit/s`);
    crowd.send(window, { score: 0.8 });
  }
}

async function usesOf(product: Product): Promise<readonly Use[]> {
  const tree = await processTree(product.processId);
  const resident = await residentMemory(tree.map(({ pid }) => pid));
  return tree.map((use) => ({ ...use, ...(resident.get(use.pid) ?? { sharedOutMb: 0, allMb: 0 }) }));
}

/** What the server with its store in the same process takes more than one with PostgreSQL by URL; not measured where there is none. */
async function embeddedPostgres(embeddedMb: number): Promise<Figure[]> {
  const url = process.env['BENCH_POSTGRES_URL'];
  if (url === undefined) return [{ ...POSTGRES, value: null, note: 'no PostgreSQL here to compare with' }];
  const product = await Product.start({ environment: { LECTERN_POSTGRES_URL: url } });
  try {
    await pause(SETTLE_MS);
    const apartMb = total(await usesOf(product), 'server');
    return [{ ...POSTGRES, value: embeddedMb - apartMb, note: `server with PostgreSQL by URL: ${mb(apartMb)}` }];
  } finally {
    await product.stop();
  }
}

async function embeddedClickhouse(alone: readonly Use[]): Promise<Figure> {
  const processMb = alone.filter(({ part }) => part === 'analytics').reduce((all, use) => all + use.allMb, 0);
  const nodeMb = await bareNodeMb();
  return {
    ...CLICKHOUSE,
    value: processMb - nodeMb,
    note: `its process less a bare Node, ${mb(nodeMb)}, nothing shared`,
  };
}

/** Node with nothing in it. */
async function bareNodeMb(): Promise<number> {
  const child = spawn(process.execPath, ['-e', "process.stdout.write('up'); setInterval(() => {}, 1e6)"]);
  try {
    await once(child.stdout, 'data');
    if (child.pid === undefined) throw new Error('Node did not start');
    return (await residentMemory([child.pid])).get(child.pid)?.allMb ?? Number.NaN;
  } finally {
    child.kill('SIGKILL');
  }
}

function named(what: string, goal: number | null = null): Goal {
  return { name: `memory at 50 people: ${what}`, unit: 'MB', goal };
}

function partFigure(part: Part, full: readonly Use[], alone: readonly Use[]): Figure {
  const uses = full.filter((use) => use.part === part);
  const note =
    `own pages, and file pages divided among the product's processes; ${allResident(uses)}; ` +
    `${mb(total(alone, part))} before anybody came${uses.length === 1 ? '' : `; ${String(uses.length)} processes`}`;
  return { ...GOALS[part], value: total(full, part), note };
}

function total(uses: readonly Use[], part?: Part): number {
  return uses.filter((use) => part === undefined || use.part === part).reduce((all, use) => all + use.sharedOutMb, 0);
}

function mb(value: number): string {
  return `${value.toFixed(0)} MB`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
