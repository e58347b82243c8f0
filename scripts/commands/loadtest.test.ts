import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { ROOT } from '../environment.ts';
import { isThere } from '../testing/is-there.ts';

/** In place of the load test: says its pid, and ends in order on what is passed on to it. */
const STAND_IN = `
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => { console.log('ended by', name); process.exit(7); });
  setInterval(() => undefined, 60_000);
  console.log(process.pid);`;
const COMMAND = `
  const { toItsEnd } = await import(${JSON.stringify(join(ROOT, 'scripts/commands/loadtest.ts'))});
  process.exitCode = await toItsEnd(['--input-type=module', '--eval', ${JSON.stringify(STAND_IN)}], {});`;

let standIn = 0;
afterEach(() => {
  if (isThere(standIn)) process.kill(standIn, 'SIGKILL');
});

it.each(['SIGTERM', 'SIGHUP'] as const)('passes %s on to the load test, and ends as that does', async (signal) => {
  const command = spawn(process.execPath, ['--input-type=module', '--eval', COMMAND], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(command, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: command.stdout })) {
    lines.push(line);
    if (lines.length > 1) continue;
    standIn = Number(line);
    command.kill(signal);
  }
  expect(await closed).toEqual([7, null]);
  expect(lines).toEqual([String(standIn), `ended by ${signal}`]);
  expect(isThere(standIn)).toBe(false);
});
