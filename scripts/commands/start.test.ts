import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { ROOT } from '../environment.ts';
import { isProcessRunning } from '../is-process-running.ts';

/** A start as an operator makes it: what was started, and the server behind it by the pid that it names itself. */
interface Start {
  readonly launcher: ChildProcess;
  readonly url: string;
  readonly serverPid: number;
  /** Resolves with the launcher's exit code and signal once nothing holds the output any more: nothing is left behind. */
  readonly closed: Promise<unknown>;
}

const LAUNCHER = join(ROOT, 'scripts/lectern.mjs');
/** As on Node 20: the launcher stays, and what becomes the server is its child. */
const HANDED_OVER = `
  const { handOver } = await import(${JSON.stringify(join(ROOT, 'scripts/bootstrap/hand-over.mjs'))});
  process.exitCode = await handOver(process.execPath, [${JSON.stringify(LAUNCHER)}, 'start']);`;

let dataDir: string;
let server = 0;
afterEach(() => {
  if (isProcessRunning(server)) process.kill(server, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

/** This process's own, without what the tests alone are told. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LECTERN_TEST_')));
}

async function start(program: string, args: readonly string[]): Promise<Start> {
  server = 0;
  dataDir = mkdtempSync(join(tmpdir(), 'lectern-start-'));
  const launcher = spawn(program, args, {
    cwd: ROOT,
    env: {
      ...environment(),
      // What the set-up would build again where it is not of these very sources.
      LECTERN_CLIENT_DIR: process.env['LECTERN_CLIENT_DIR'] ?? join(ROOT, 'client/dist'),
      LECTERN_ATTENTION_DIR: process.env['LECTERN_ATTENTION_DIR'] ?? dataDir,
      ...{ LECTERN_HTTP_PORT: '0', LECTERN_MEDIA_PORT: '0', LECTERN_WORKERS: '1', LECTERN_DATA_DIR: dataDir },
      LECTERN_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(launcher, 'close');
  let url = '';
  for await (const line of createInterface({ input: launcher.stdout })) {
    url = /Lectern is ready at (\S+)/.exec(line)?.[1] ?? url;
    server = Number(/kill -USR2 (\d+)/.exec(line)?.[1] ?? 0);
    if (server === 0) continue;
    // Nobody reads further lines: they must not keep the output open.
    launcher.stdout.resume();
    return { launcher, url, serverPid: server, closed };
  }
  throw new Error('the server did not start: above stands why');
}

async function statusOf({ url }: Start): Promise<string> {
  return ((await (await fetch(`${url}/readyz`)).json()) as { status: string }).status;
}

it('passes on to the server, through a launcher that stays, what prepares for an update and what ends it', async () => {
  const started = await start(process.execPath, ['--input-type=module', '--eval', HANDED_OVER]);
  expect(started.serverPid).not.toBe(started.launcher.pid);
  expect(await statusOf(started)).toBe('ok');
  started.launcher.kill('SIGUSR2');
  await expect.poll(() => statusOf(started)).toBe('draining');
  started.launcher.kill('SIGTERM');
  expect(await started.closed).toEqual([0, null]);
  expect(isProcessRunning(started.serverPid)).toBe(false);
}, 120_000);

it('goes on for its classes where a SIGUSR2 ends npm in front of it, and is reached at the pid that it named', async () => {
  const started = await start('npm', ['start']);
  const npmEnded = once(started.launcher, 'exit');
  started.launcher.kill('SIGUSR2');
  expect(await npmEnded).toEqual([null, 'SIGUSR2']);
  expect(await statusOf(started)).toBe('ok');
  process.kill(started.serverPid, 'SIGUSR2');
  await expect.poll(() => statusOf(started)).toBe('draining');
  process.kill(started.serverPid, 'SIGTERM');
  await started.closed;
  // Whoever inherited it may take a moment to see that it ended.
  await expect.poll(() => isProcessRunning(started.serverPid)).toBe(false);
}, 120_000);
