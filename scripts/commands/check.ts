import { ensureClient } from '../assets/client-build.ts';
import { runChecks } from '../checks/checks.ts';
import { closingLine, succeeded } from '../tally.ts';

/** The checks alone, all or those named. Gives the exit code. */
export async function check(names: readonly string[]): Promise<number> {
  // The client's types need the message functions, which its build writes.
  await ensureClient();
  const tally = await runChecks(names);
  process.stdout.write(`\n${closingLine(tally)}\n`);
  return succeeded(tally) ? 0 : 1;
}
