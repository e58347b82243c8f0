import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROTOCOL_VERSION } from '@lectern/contracts';
import { Product, School } from '@lectern/testbed';
import { listModules, LIST } from './module-licences.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const EXTENSION = join(import.meta.dirname, '../extension');
/** npm test brings it where the system has none. */
const GO = process.env['LOADTEST_GO'] ?? 'go';
const GOFMT = GO === 'go' ? 'gofmt' : join(dirname(GO), 'gofmt');
const ENVIRONMENT = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-trimpath', GOWORK: 'off' };
/** k6 is compiled anew for the tests of its module, where nobody has done that yet. */
const COMPILE_MS = 600_000;

const go = (...args: readonly string[]): string =>
  execFileSync(GO, args, { cwd: EXTENSION, env: ENVIRONMENT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

it('is formatted as gofmt has it', () => {
  expect(execFileSync(GOFMT, ['-l', EXTENSION], { encoding: 'utf8' })).toBe('');
});

it('has nothing that go vet finds', { timeout: COMPILE_MS }, () => {
  expect(() => go('vet', './...')).not.toThrow();
});

const signallingSources = (): string =>
  readdirSync(join(EXTENSION, 'signalling'))
    .map((name) => readFileSync(join(EXTENSION, 'signalling', name), 'utf8'))
    .join('\n');

it('speaks the protocol of this server', () => {
  expect(/^const Protocol = (\d+)$/m.exec(signallingSources())?.[1]).toBe(String(PROTOCOL_VERSION));
});

it('waits as long for an answer as the page does', () => {
  const page = readFileSync(join(EXTENSION, '../../client/src/classroom/signalling-client.ts'), 'utf8');
  const pageMs = Number(/^const ANSWER_WITHIN_MS = ([\d_]+);$/m.exec(page)?.[1]?.replaceAll('_', ''));
  const seconds = Number(/^\tanswerWithin = (\d+) \* time\.Second$/m.exec(signallingSources())?.[1]);
  expect(seconds * 1000).toBe(pageMs);
});

it('names all that is compiled into it, with its licences', () => {
  expect(listModules(GO, ENVIRONMENT), 'run "node loadtest/src/module-licences.ts --write"').toBe(
    readFileSync(LIST, 'utf8'),
  );
});

/** What go test -json says of one test or, without `Test`, of a package. */
interface TestEvent {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
}

describe('go test', () => {
  const packages = go('list', '-f', '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}', './...').split('\n');
  const withTests = packages.filter((name) => name !== '');
  let product: Product;
  let events: readonly TestEvent[] = [];

  beforeAll(async () => {
    product = await Product.start();
    const school = await School.found(product);
    const planned = await school.planClass({ title: 'Go tests' });
    const given = { url: product.url, code: planned.joinCode, seat: await school.teach(planned) };
    events = await goTest({ LECTERN_LOADTEST_CLASS: JSON.stringify(given) });
  }, COMPILE_MS);
  afterAll(() => product.stop());

  it.each(withTests)('%s passes, and skips nothing', (name) => {
    const of = events.filter(({ Package }) => Package === name);
    const failures = of.filter(({ Action }) => Action === 'fail' || Action === 'skip').map(({ Test = name }) => Test);
    expect(failures, of.map(({ Output = '' }) => Output).join('')).toEqual([]);
    expect(of.some(({ Action, Test }) => Action === 'pass' && Test !== undefined)).toBe(true);
  });
});

async function goTest(more: Readonly<Record<string, string>>): Promise<readonly TestEvent[]> {
  const child = spawn(GO, ['test', '-json', '-count=1', '-p=1', './...'], {
    cwd: EXTENSION,
    env: { ...ENVIRONMENT, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: TestEvent[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) events.push(JSON.parse(line) as TestEvent);
  }
  return events;
}
