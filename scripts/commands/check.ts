import { ensureClient } from '../assets/client-build.ts';
import { CHECK_NAMES, runChecks } from '../checks/checks.ts';
import { closingLine, succeeded } from '../tally.ts';

/** The checks alone, all or those named. Gives the exit code. */
export async function check(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !CHECK_NAMES.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no check called ${unknown.join(', ')}. There are: ${CHECK_NAMES.join(', ')}.\n`);
    return 2;
  }
  // The client's types need the message functions, which its build writes.
  await ensureClient();
  const tally = await runChecks(names);
  process.stdout.write(`\n${closingLine(tally)}\n`);
  return succeeded(tally) ? 0 : 1;
}
