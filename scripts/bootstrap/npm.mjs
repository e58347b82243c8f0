import { spawn } from 'node:child_process';
import { SetUpError } from './step.mjs';

/**
 * Runs npm: the one that started us, else the one on the path. Rejects with the end of what it printed and the remedy.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, remedy: string }} options
 * @returns {Promise<void>}
 */
export async function runNpm(args, { cwd, remedy }) {
  const npm = process.env['npm_execpath'];
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const child = spawn(command, [...first, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
    });
  }
  const letGo = endsWithUs(child);
  /** @type {number | null} */
  const code = await new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new SetUpError(`npm cannot be run (${error.message}): install Node with npm.`)),
    );
    child.once('close', resolve);
  }).finally(letGo);
  if (code !== 0) throw new SetUpError(`${reasons(output)}\nnpm ${args[0]} failed. ${remedy}`);
}

/**
 * Takes npm along when a signal ends us: by itself it tidies up for many seconds, and is in the way of the next start. What it
 * leaves half done `npm ci` does away with.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} what lets go of it
 */
function endsWithUs(child) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    child.once('close', () => process.kill(process.pid, signal));
    child.kill('SIGKILL');
  };
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/**
 * The lines of npm's output that say what went wrong; its page of usage and its warnings bury them.
 *
 * @param {string} output
 */
function reasons(output) {
  const errors = output.split('\n').filter((line) => line.startsWith('npm error') && line.trim() !== 'npm error');
  const usage = errors.findIndex((line) => /^npm error (Clean install|Usage)/.test(line));
  return (usage < 0 ? errors : errors.slice(0, usage)).slice(0, 12).join('\n');
}
