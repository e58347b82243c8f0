import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { expect, it } from 'vitest';
import { guardOf } from './guard.mjs';

const PASSED_ON = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2'] as const;

/** Those of them that a process ignores, as Linux shows it. */
async function ignoredBy(pid: number | undefined): Promise<readonly string[]> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const mask = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return PASSED_ON.filter((signal) => ((mask >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n);
}

it('outlives what a launcher is told and passes on, and ends the group once the launcher is gone', async () => {
  const leader = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
  const guard = guardOf(leader.pid!);
  try {
    // It may be told before it has begun: a signal before its trap would end it in any case.
    await expect.poll(() => ignoredBy(guard.pid)).toEqual(PASSED_ON);
    for (const signal of PASSED_ON) guard.kill(signal);
    const ended = once(leader, 'exit');
    // As where this process is killed.
    guard.stdin.destroy();
    expect(await ended).toEqual([null, 'SIGINT']);
  } finally {
    leader.kill('SIGKILL');
    guard.kill('SIGKILL');
  }
});
