import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { runStep, SetUpError } from '../bootstrap/step.mjs';
import { runChecks } from '../checks/checks.ts';
import { ROOT } from '../environment.ts';
import { ensureLoadGenerator, variablesOf } from '../loadtest/load-generator.ts';
import { runProgram } from '../run-program.ts';
import { setUp } from '../set-up.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { closingLine, NOTHING, succeeded, sum, tallyVitest, type Tally, type VitestReport } from '../tally.ts';
import { CHROMIUM, COTURN, POSTGRESQL, PYTHON } from '../testing/programs.ts';
import { startPostgres } from '../testing/temporary-postgres.ts';

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
  const complain = (line: string): void => {
    process.stderr.write(`FAILED set-up: ${line}\n`);
    tallies.push({ ...NOTHING, failed: 1 });
  };
  const clips = parts.includes('browser') && filters.length === 0;
  const variables = await prepare(clips, complain);
  if (parts.includes('check')) tallies.push(await runChecks());
  for (const project of PROJECTS) {
    if (parts.includes(project)) tallies.push(await runProject(project, filters, variables, complain));
  }
  const total = sum(tallies);
  if (total.passed + total.failed === 0) process.stderr.write(`No test matches ${args.join(' ')}\n`);
  process.stdout.write(`\n${closingLine(total)}\n`);
  return succeeded(total) ? 0 : 1;
}

/** Is told in one line each what is not to be had: the tests that can run without it run all the same. */
type Complain = (line: string) => void;

/** Brings what the tests need, and gives the environment that names it to them. */
async function prepare(clips: boolean, complain: Complain): Promise<Readonly<Record<string, string>>> {
  const manager = await aptPackages();
  for (const program of [CHROMIUM, POSTGRESQL, COTURN, PYTHON]) {
    await attempt(() => ensureProgram('the tests', program, manager), complain);
  }
  const prepared = await attempt(() => setUp({ retry: true }), complain);
  for (const line of prepared?.missing ?? []) complain(line);
  const generator = await attempt(ensureLoadGenerator, complain);
  if (clips) await attempt(renderClips, complain);
  return { ...prepared?.variables, ...(generator === null ? {} : variablesOf(generator)) };
}

/** Here rather than in the first test that wants one: rendering takes minutes on two cores, once for a machine. */
async function renderClips(): Promise<void> {
  await runStep('Seeing to the clips that play as cameras in the tests', (report) =>
    runProgram(process.execPath, [join(ROOT, 'client/lab/make-clips.ts')], {
      onLine: report,
      remedy: 'Tests whose cameras play rendered people fail without these clips.',
    }),
  );
}

async function attempt<T>(work: () => Promise<T>, complain: Complain): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    complain(error.message);
    return null;
  }
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
  complain: Complain,
): Promise<Tally> {
  process.stdout.write(`\n== ${project} tests\n`);
  const postgres = project === 'unit' ? await attempt(startPostgres, complain) : null;
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
