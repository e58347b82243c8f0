import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { ensureLoadGenerator, variablesOf } from '../loadtest/load-generator.ts';
import { setUp } from '../set-up.ts';

const PROGRAM = join(ROOT, 'loadtest/src/main.ts');

/** Runs a load test: one scenario with its options, or says what there is (`--list`, `--help`). Brings Go, the load generator and, for a server of its own, what that needs. Gives the exit code. */
export async function loadtest(args: readonly string[]): Promise<number> {
  if (args.length === 0) return toItsEnd([PROGRAM, '--list'], {});
  if (asksForWords(args)) return toItsEnd([PROGRAM, ...args], {});
  const generator = await ensureLoadGenerator();
  const variables = args.includes('--target') ? {} : await ownServer();
  return toItsEnd([PROGRAM, ...args], { ...variables, ...variablesOf(generator) });
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

/** Runs Node with these arguments and more in its environment until it ends by itself: what asks this process to end is passed on. Gives its exit code. */
export async function toItsEnd(args: readonly string[], more: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [...args], {
    cwd: process.cwd(),
    env: { ...process.env, ...more },
    stdio: 'inherit',
  });
  // A terminal sends that one to both.
  const waitForIt = (): void => undefined;
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', waitForIt).on('SIGTERM', passOn).on('SIGHUP', passOn);
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
