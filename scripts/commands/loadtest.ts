import { join } from 'node:path';
import { handOver } from '../bootstrap/hand-over.mjs';
import { ROOT } from '../environment.ts';
import { ensureLoadGenerator, variablesOf } from '../loadtest/load-generator.ts';
import { setUp } from '../set-up.ts';

const PROGRAM = join(ROOT, 'loadtest/src/main.ts');

/**
 * Runs a load test: one scenario with its options, or says what there is (`--list`, `--help`). Brings Go, the load generator and, for a server of its
 * own, what that needs. What asks this process to end is passed on, and the load test ends in order. Gives the exit code;
 * rejects with a SetUpError.
 */
export async function loadtest(args: readonly string[]): Promise<number> {
  if (args.length === 0) return handOver(process.execPath, [PROGRAM, '--list']);
  if (asksForWords(args)) return handOver(process.execPath, [PROGRAM, ...args]);
  const generator = await ensureLoadGenerator();
  const variables = namesServer(args) ? {} : await ownServer();
  return handOver(process.execPath, [PROGRAM, ...args], { ...variables, ...variablesOf(generator) });
}

/** Whether the load test is against a server that runs already, which needs nothing brought here. */
export function namesServer(args: readonly string[]): boolean {
  return beforeThoseOfK6(args).some((arg) => arg === '--target' || arg.startsWith('--target='));
}

function asksForWords(args: readonly string[]): boolean {
  return beforeThoseOfK6(args).some((arg) => arg === '--help' || arg === '--list');
}

/** What stands after `--` is k6's. */
function beforeThoseOfK6(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}

async function ownServer(): Promise<Readonly<Record<string, string>>> {
  const { variables, missing } = await setUp({ retry: true });
  for (const line of missing) process.stderr.write(`${line}\n`);
  return variables;
}
