import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Within this time a second signal of the same kind is the same key press: it reaches us from the terminal and from npm. */
const SAME_PRESS_MS = 1_000;

/**
 * Runs the rest with another Node binary, passes signals on, and ends as it ends. The child gets a process group of its own,
 * so that a Ctrl-C reaches it once, through us.
 *
 * @param {string} binary
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code, 128 + signal when a signal ended it
 */
export async function handOver(binary, args) {
  const child = spawn(binary, args, { stdio: 'inherit', detached: true });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    let last = -Infinity;
    process.on(signal, () => {
      const now = performance.now();
      if (now - last > SAME_PRESS_MS) child.kill(signal);
      last = now;
    });
  }
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
