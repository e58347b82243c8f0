import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { SetUpError } from '../bootstrap/step.mjs';
import { runChecks } from '../checks/checks.ts';
import { ROOT } from '../environment.ts';
import { setUp } from '../set-up.ts';
import { aptPackages, ensureSystemPackages } from '../system-packages.ts';
import { closingLine, NOTHING, sum, tallyVitest, type Tally, type VitestReport } from '../tally.ts';
import { startPostgres } from '../testing/temporary-postgres.ts';

const TEST_PACKAGES = ['chromium', 'postgresql', 'coturn'];
const PROJECTS = ['unit', 'browser'] as const;
type Part = 'check' | (typeof PROJECTS)[number];

/**
 * Everything that is checked: the checks, unit and integration tests, browser tests. `args` picks parts by name
 * (`check`, `unit`, `browser`); anything else goes to Vitest as a filter or option, and then no check runs. Every part
 * runs even when one before it failed. Gives the exit code.
 */
export async function test(args: readonly string[]): Promise<number> {
  const { parts, filters } = chooseParts(args);
  const tallies: Tally[] = [];
  const { variables, complaints } = await prepare();
  for (const line of complaints) {
    process.stderr.write(`FAILED set-up: ${line}\n`);
    tallies.push({ ...NOTHING, failed: 1 });
  }
  if (parts.includes('check')) tallies.push(await runChecks());
  for (const project of PROJECTS) {
    if (parts.includes(project)) tallies.push(await runProject(project, filters, variables));
  }
  const total = sum(tallies);
  process.stdout.write(`\n${closingLine(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

/** What the tests need, and what of it is not to be had: the tests that can run without it run all the same. */
async function prepare(): Promise<{ variables: Readonly<Record<string, string>>; complaints: readonly string[] }> {
  const complaints: string[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SetUpError)) throw error;
      complaints.push(error.message);
      return null;
    }
  };
  await attempt(async () => ensureSystemPackages('the tests', TEST_PACKAGES, await aptPackages()));
  const prepared = await attempt(() => setUp({ retry: true }));
  return { variables: prepared?.variables ?? {}, complaints: [...complaints, ...(prepared?.missing ?? [])] };
}

/** Which parts the arguments name, and what is left for Vitest. */
export function chooseParts(args: readonly string[]): { parts: readonly Part[]; filters: readonly string[] } {
  const isPart = (arg: string): arg is Part => arg === 'check' || PROJECTS.some((project) => project === arg);
  const named = args.filter(isPart);
  const filters = args.filter((arg) => !isPart(arg));
  if (named.length > 0) return { parts: named, filters };
  return { parts: filters.length > 0 ? PROJECTS : ['check', ...PROJECTS], filters };
}

async function runProject(
  project: (typeof PROJECTS)[number],
  filters: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Tally> {
  process.stdout.write(`\n== ${project} tests\n`);
  const postgres = project === 'unit' ? await startPostgres() : null;
  try {
    return await runVitest(['--project', project, ...filters], {
      ...variables,
      ...(postgres === null ? {} : { LECTERN_TEST_POSTGRES_URL: postgres.url }),
    });
  } finally {
    await postgres?.stop();
  }
}

async function runVitest(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'lectern-vitest-'));
  const reportFile = join(directory, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  try {
    const child = spawn(process.execPath, [vitest, 'run', '--passWithNoTests', ...reporters, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...variables, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    const report = await readFile(reportFile, 'utf8').then(
      (text) => JSON.parse(text) as VitestReport,
      () => null,
    );
    return tallyVitest(report, code);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
