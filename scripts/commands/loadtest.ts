import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { ensureLoadGenerator, variablesOf } from '../loadtest/load-generator.ts';
import { setUp } from '../set-up.ts';

const PROGRAM = join(ROOT, 'loadtest/src/main.ts');

/** Runs a load test: one scenario with its options, or says what there is (`--list`, `--help`). Brings Go, the load generator and, for a server of its own, what that needs. Gives the exit code. */
export async function loadtest(args: readonly string[]): Promise<number> {
  if (args.length === 0) return run(['--list'], {});
  if (asksForWords(args)) return run(args, {});
  const generator = await ensureLoadGenerator();
  const variables = args.includes('--target') ? {} : await ownServer();
  return run(args, { ...variables, ...variablesOf(generator) });
}

/** What stands after `--` is k6's. */
function asksForWords(args: readonly string[]): boolean {
  const words = args.findIndex((arg) => arg === '--help' || arg === '--list');
  return words !== -1 && !args.slice(0, words).includes('--');
}

async function ownServer(): Promise<Readonly<Record<string, string>>> {
  const { variables, missing } = await setUp({ retry: true });
  for (const line of missing) process.stderr.write(`${line}\n`);
  return variables;
}

async function run(args: readonly string[], more: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: process.cwd(),
    env: { ...process.env, ...more },
    stdio: 'inherit',
  });
  // It ends by itself once the class is over.
  const waitForIt = (): void => undefined;
  process.on('SIGINT', waitForIt);
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
