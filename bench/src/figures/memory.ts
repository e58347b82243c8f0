import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LightClient, Product, School } from '@lectern/testbed';
import type { Benchmark, Figure } from '../figure.ts';
import { processTree, type ProcessUse } from '../processes.ts';

const STUDENTS = 49;
const PARTS = ['server', 'worker', 'analytics'] as const;
type Part = (typeof PARTS)[number];
/** The embedded ClickHouse is loaded after the server is ready. */
const SETTLE_MS = 10_000;

/** Memory of each process before anybody comes and with 50 people of whom 49 contribute, and what the embedded stores cost. */
export const memory: Benchmark = {
  name: 'memory',
  about: 'memory of each process with 50 people in a class',
  async run(log) {
    const product = await Product.start();
    const clients: LightClient[] = [];
    try {
      await pause(SETTLE_MS);
      const alone = await processTree(product.processId);
      await fillClass(product, clients, log);
      const full = await processTree(product.processId);
      const nodeMb = await bareNodeMb();
      return [
        ...PARTS.map((part) => figure(part, full, alone)),
        named('sum', total(full), 'embedded stores included'),
        ...(await embeddedPostgres(total(alone, 'server'))),
        named('embedded ClickHouse', total(alone, 'analytics') - nodeMb, `its process less a bare Node, ${mb(nodeMb)}`),
      ];
    } finally {
      for (const client of clients) client.close();
      await product.stop();
    }
  },
};

async function fillClass(product: Product, clients: LightClient[], log: (line: string) => void): Promise<void> {
  const school = await School.found(product);
  const planned = await school.planClass();
  const instructor = await LightClient.connect(product.url, await school.teach(planned));
  clients.push(instructor);
  await instructor.request('start-class', {});
  for (let index = 0; index < STUDENTS; index += 1) {
    const student = await LightClient.connect(product.url, await school.sitDown(planned, `Student ${String(index)}`));
    clients.push(student);
    await student.contribute();
  }
  for (let window = 0; window < 3; window += 1) {
    const { pacing } = await instructor.next('pacing');
    log(`window ${String(pacing.coverage.at(-1)?.window ?? -1)}`);
    sendScores(clients.slice(1), (pacing.coverage.at(-1)?.window ?? 0) + 1);
  }
}

function sendScores(students: readonly LightClient[], window: number): void {
  for (const student of students) {
    student.send({ window, facePresent: true, pageVisible: true, outcome: { kind: 'score', score: 0.8 }, modelTag: 0 });
  }
}

/** What the server with its store in the same process takes more than one with PostgreSQL by URL, where there is one to use. */
async function embeddedPostgres(embeddedMb: number): Promise<Figure[]> {
  const url = process.env['BENCH_POSTGRES_URL'];
  if (url === undefined) return [];
  const product = await Product.start({ environment: { LECTERN_POSTGRES_URL: url } });
  try {
    await pause(SETTLE_MS);
    const apartMb = total(await processTree(product.processId), 'server');
    return [named('embedded PostgreSQL', embeddedMb - apartMb, `server with PostgreSQL by URL: ${mb(apartMb)}`)];
  } finally {
    await product.stop();
  }
}

/** Node with nothing in it. */
async function bareNodeMb(): Promise<number> {
  const child = spawn(process.execPath, ['-e', "process.stdout.write('up'); setInterval(() => {}, 1e6)"]);
  try {
    await once(child.stdout, 'data');
    if (child.pid === undefined) throw new Error('Node did not start');
    return (await processTree(child.pid)).reduce((sum, use) => sum + use.pssMb, 0);
  } finally {
    child.kill('SIGKILL');
  }
}

function figure(part: Part, full: readonly ProcessUse[], alone: readonly ProcessUse[]): Figure {
  const note = `${mb(total(alone, part))} before anybody came; proportional set size`;
  return { ...named(part, total(full, part), note), goal: part === 'server' ? 150 : null };
}

function named(what: string, value: number, note: string): Figure {
  return { name: `memory at 50 people: ${what}`, value, unit: 'MB', goal: null, note };
}

function total(uses: readonly ProcessUse[], part?: Part): number {
  return uses.filter((use) => part === undefined || use.part === part).reduce((all, use) => all + use.pssMb, 0);
}

function mb(value: number): string {
  return `${value.toFixed(0)} MB`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
