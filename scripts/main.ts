import { attention } from './commands/attention.ts';
import { bench, screens } from './commands/measure.ts';
import { check } from './commands/check.ts';
import { labFaces } from './commands/lab-faces.ts';
import { loadtest } from './commands/loadtest.ts';
import { setUpOnly } from './commands/set-up-only.ts';
import { start } from './commands/start.ts';
import { test } from './commands/test.ts';
import { trainAttention } from './commands/train-attention.ts';

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  start,
  test,
  check,
  bench,
  loadtest,
  setup: setUpOnly,
  screens,
  attention,
  'lab:faces': labFaces,
  'train:attention': trainAttention,
};

/** Runs one command of the checkout; gives the exit code. */
export async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = COMMANDS[name ?? ''];
  if (command !== undefined) return command(args);
  process.stderr.write(`There is no command "${name ?? ''}". There are: ${Object.keys(COMMANDS).join(', ')}.\n`);
  return 2;
}
