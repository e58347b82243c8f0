import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { handOver } from '../bootstrap/hand-over.mjs';
import { SetUpError } from '../bootstrap/step.mjs';
import { ROOT } from '../environment.ts';
import { ensureLoadGenerator, variablesOf } from '../loadtest/load-generator.ts';
import { setUp } from '../set-up.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { CHROMIUM, POSTGRESQL } from '../testing/programs.ts';
import { startPostgres, type TemporaryPostgres } from '../testing/temporary-postgres.ts';

const BENCH = 'bench/src/main.ts';
/** The one benchmark that measures the load generator. */
const MEASURES_GENERATOR = 'generator';
/** The one benchmark that compares with a store of its own. */
const COMPARES_STORES = 'memory';

/** Measures the figures on this machine; `args` names some of them, or `--json FILE`, or only says what there is (`--list`, `--help`). */
export async function bench(args: readonly string[]): Promise<number> {
  const { positionals: names, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { json: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.list === true || values.help === true) return runNode(BENCH, args);
  const isAsked = (name: string): boolean => names.length === 0 || names.includes(name);
  const generator = isAsked(MEASURES_GENERATOR) ? await generatorToMeasure() : {};
  // What the embedded store costs is the difference to a server with a store of its own.
  const postgres = isAsked(COMPARES_STORES) ? await postgresToCompare() : null;
  try {
    const more = { ...generator, ...(postgres === null ? {} : { BENCH_POSTGRES_URL: postgres.url }) };
    return await withBrowser('the figures', BENCH, args, more);
  } finally {
    await postgres?.stop();
  }
}

/** Null where there is none to be had, which is said: that one figure is not measured then, and all others are. */
async function postgresToCompare(): Promise<TemporaryPostgres | null> {
  try {
    await ensureProgram('the figures', POSTGRESQL, await aptPackages());
    return await startPostgres();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`What the embedded PostgreSQL takes is not measured.\n${error.message}\n`);
    return null;
  }
}

/** Nothing where it cannot be built, which is said: its figures are not measured then, and all others are. */
async function generatorToMeasure(): Promise<Readonly<Record<string, string>>> {
  try {
    return variablesOf(await ensureLoadGenerator());
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`What the load generator takes is not measured.\n${error.message}\n`);
    return {};
  }
}

/** Makes the screenshots of every screen. */
export function screens(args: readonly string[]): Promise<number> {
  return withBrowser('the screenshots', 'e2e/src/screens/main.ts', args);
}

async function withBrowser(
  purpose: string,
  program: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  await ensureProgram(purpose, CHROMIUM, await aptPackages());
  const { variables, missing } = await setUp({ retry: true });
  for (const line of missing) process.stderr.write(`${line}\n`);
  // A start that is measured finds its parts itself, as an operator's does: it leaves these out.
  const prepared = Object.keys(variables).filter((name) => process.env[name] !== variables[name]);
  return runNode(program, args, { ...variables, ...more, BENCH_PREPARED: prepared.join(' ') });
}

/** In a group of its own, which ends with all its servers and browsers when this process is asked to. */
function runNode(
  program: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  return handOver(process.execPath, [join(ROOT, program), ...args], more);
}
