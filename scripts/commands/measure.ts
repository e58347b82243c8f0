import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../environment.ts';
import { setUp } from '../set-up.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { CHROMIUM, POSTGRESQL } from '../testing/programs.ts';
import { startPostgres } from '../testing/temporary-postgres.ts';

/** The one benchmark that compares with a store of its own. */
const COMPARES_STORES = 'memory';

/** Measures the figures on this machine; `args` names some of them, or `--json FILE`. */
export async function bench(args: readonly string[]): Promise<number> {
  const { positionals: names } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { json: { type: 'string' } },
  });
  const comparesStores = names.length === 0 || names.includes(COMPARES_STORES);
  if (comparesStores) await ensureProgram('the figures', POSTGRESQL, await aptPackages());
  // What the embedded store costs is the difference to a server with a store of its own.
  const postgres = comparesStores ? await startPostgres() : null;
  try {
    const more = postgres === null ? {} : { BENCH_POSTGRES_URL: postgres.url };
    return await withBrowser('the figures', 'bench/src/main.ts', args, more);
  } finally {
    await postgres?.stop();
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
  const child = spawn(process.execPath, [join(ROOT, program), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...variables, ...more, BENCH_PREPARED: prepared.join(' ') },
    stdio: 'inherit',
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
