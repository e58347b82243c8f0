import { spawn } from 'node:child_process';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { NOTHING, sum, type Tally } from '../tally.ts';

/** One check; resolves with what there is to complain about, an empty string when there is nothing. */
interface Check {
  readonly name: string;
  readonly run: () => Promise<string>;
}

const CHECKS: readonly Check[] = [
  { name: 'types', run: checkTypes },
  { name: 'eslint', run: () => tool('eslint/bin/eslint.js', ['.', '--max-warnings', '0']) },
  {
    name: 'svelte-check',
    run: () => tool('svelte-check/bin/svelte-check', ['--tsconfig', 'tsconfig.json', '--fail-on-warnings'], 'client'),
  },
  { name: 'prettier', run: () => tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']) },
  { name: 'knip', run: () => tool('knip/bin/knip.js', ['--no-progress', '--treat-config-hints-as-errors']) },
  { name: 'dependency-cruiser', run: checkLayering },
  { name: 'licences', run: () => node([join(ROOT, 'scripts/checks/licences.ts')]) },
];
/** Two at a time: most of them are one thread, and each takes up to a gigabyte. */
const AT_ONCE = 2;

export const CHECK_NAMES: readonly string[] = CHECKS.map(({ name }) => name);

/** Runs every check, prints a line each, and what the failing ones complain about. */
export async function runChecks(names: readonly string[] = []): Promise<Tally> {
  process.stdout.write('\n== checks\n');
  const waiting = CHECKS.filter(({ name }) => names.length === 0 || names.includes(name));
  const tallies: Tally[] = [];
  const lane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) tallies.push(await runCheck(check));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return sum(tallies);
}

async function runCheck({ name, run }: Check): Promise<Tally> {
  const began = performance.now();
  const complaints = await run();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${complaints === '' ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (complaints !== '') process.stdout.write(`${complaints.trimEnd()}\n`);
  return complaints === '' ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
}

/** Every tsconfig but the client's own, which svelte-check covers. */
async function checkTypes(): Promise<string> {
  const configs = await Array.fromAsync(glob('**/tsconfig.json', { cwd: ROOT, exclude: ['**/node_modules/**'] }));
  let complaints = '';
  for (const config of configs.filter((path) => path !== join('client', 'tsconfig.json')).sort()) {
    complaints += await tool('typescript/bin/tsc', ['-p', config]);
  }
  return complaints;
}

function checkLayering(): Promise<string> {
  const parts = ['contracts', 'server', 'analytics', 'client', 'testbed', 'e2e', 'bench', 'loadtest', 'scripts'];
  return tool('dependency-cruiser/bin/dependency-cruiser.mjs', ['--config', '.dependency-cruiser.cjs', ...parts]);
}

function tool(path: string, args: readonly string[], directory = '.'): Promise<string> {
  return node([join(ROOT, 'node_modules', path), ...args], directory);
}

async function node(args: readonly string[], directory = '.'): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: join(ROOT, directory), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return '';
  return output.trim() === '' ? `ended with ${String(code)} and said nothing` : output;
}
