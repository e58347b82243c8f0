import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadTestSchema, type LoadTest } from '@lectern/contracts';
import { type Benchmark, type Goal, Product, School } from '@lectern/testbed';

const run = promisify(execFile);
const FEW = 100;
const MANY = 1_000;
/** The slower of the two measurements takes half a minute with 1,000 people. */
const MINUTES = 5;
const START_WITHIN_MS = 120_000;

const MEMORY: Goal = { name: 'load generator: memory of one participant', unit: 'kB', goal: 150 };
const JOIN: Goal = { name: 'load generator: CPU of one join', unit: 'ms', goal: null };
const PACKET: Goal = { name: 'load generator: CPU per packet of sound received', unit: 'us', goal: null };

/** What loadtest/extension/cmd/footprint prints. */
interface Footprint {
  readonly participants: number;
  readonly memoryKb: number;
  readonly joinCpuMs: number;
  readonly packetCpuUs: number;
  readonly failures: Readonly<Record<string, number>>;
}

/** What one more participant of a load test costs the generator: half of them contribute, all receive the teacher's voice in packets of 60 ms. */
export const generator: Benchmark = {
  name: 'generator',
  about: 'memory and CPU that one participant of a load test takes from the generator',
  goals: [MEMORY, JOIN, PACKET],
  async run(log) {
    const program = process.env['LOADTEST_FOOTPRINT'];
    if (program === undefined) throw new Error('start with npm run bench, which builds the load generator');
    const token = randomBytes(24).toString('base64url');
    const product = await Product.start({
      environment: { LECTERN_LOAD_TOKEN: token },
      startTimeoutMs: START_WITHIN_MS,
    });
    try {
      // Without an institution that allows it, no class asks for scores.
      await School.found(product);
      const found = await footprint(program, product.url, await makeClass(product.url, token), token);
      const failed = Object.entries(found.failures);
      for (const [what, times] of failed) log(`${String(times)} times: ${what}`);
      if (found.participants < MANY) throw new Error(`${String(found.participants)} of ${String(MANY)} came`);
      const note = `between ${String(FEW)} and ${String(MANY)} people`;
      return [
        { ...MEMORY, value: found.memoryKb, note: `${note}, what is not used given back` },
        { ...JOIN, value: found.joinCpuMs, note: `${note}, what they received meanwhile taken out` },
        { ...PACKET, value: found.packetCpuUs, note: 'ten seconds in which nobody comes, everything else included' },
      ];
    } finally {
      await product.stop();
    }
  },
};

async function makeClass(url: string, token: string): Promise<LoadTest> {
  const answer = await fetch(`${url}/api/load-tests`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ participants: MANY, minutes: MINUTES }),
  });
  if (!answer.ok) throw new Error(`the server makes no class for a load test: ${await answer.text()}`);
  return loadTestSchema.parse(await answer.json());
}

async function footprint(
  program: string,
  url: string,
  { joinCode, instructor }: LoadTest,
  token: string,
): Promise<Footprint> {
  const directory = await mkdtemp(join(tmpdir(), 'lectern-generator-'));
  try {
    const seat = join(directory, 'seat.json');
    await writeFile(seat, JSON.stringify(instructor));
    const where = ['-origin', url, '-code', joinCode, '-seat', seat, '-token', token];
    const { stdout } = await run(program, [...where, '-few', String(FEW), '-many', String(MANY)]);
    return JSON.parse(stdout) as Footprint;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
