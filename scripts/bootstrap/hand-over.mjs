import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { guardOf } from './guard.mjs';

/** Within this time a second signal of the same kind is the same key press: it reaches us from the terminal and from npm. */
const SAME_PRESS_MS = 1_000;

/**
 * Runs Node, another or the same, for the rest of a command, passes signals on, and ends as it ends. The child leads a process group of its own.
 * What a terminal sends goes to that whole group once. SIGTERM goes to the child alone, as a service manager's would: a
 * server ends what it started in order. What is left of the group when the child is gone ends then. SIGUSR2, which prepares a
 * server for an update, goes to the child alone too: it would end this process otherwise, and leave the server without one.
 * Where this process is killed outright, by hand or for want of memory, a guard sends SIGINT to the group: a server ends in order, and with it the
 * classes that run.
 *
 * @param {string} binary
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} [more] what stands in its environment beside this process's own
 * @returns {Promise<number>} the exit code, 128 + signal when a signal ended it
 */
export async function handOver(binary, args, more = {}) {
  const child = spawn(binary, args, { stdio: 'inherit', detached: true, env: { ...process.env, ...more } });
  let terminated = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])) {
    let last = -Infinity;
    process.on(signal, () => {
      const now = performance.now();
      if (now - last > SAME_PRESS_MS) {
        if (signal === 'SIGTERM') terminated = child.kill(signal);
        else signalGroup(child.pid, signal);
      }
      last = now;
    });
  }
  process.on('SIGUSR2', () => child.kill('SIGUSR2'));
  // Whoever kills this process outright leaves nobody to pass anything on. After the signals: it takes its time on a busy machine.
  const guard = child.pid === undefined ? null : guardOf(child.pid);
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      guard?.kill('SIGKILL');
      // Compilers, browsers and servers of a command that does not end them itself.
      if (terminated) signalGroup(child.pid, 'SIGTERM');
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * @param {number | undefined} leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(leader, signal) {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // All of it has ended already.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
