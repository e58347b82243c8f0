import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, writingIn } from './cache.mjs';
import { underLock } from './lock.mjs';
import { runNpm } from './npm.mjs';
import { runStep, SetUpError } from './step.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, extraneous?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

const NPM_ARGUMENTS = [
  'ci',
  // The web app is built here, whatever NODE_ENV or the user's npm leaves out elsewhere.
  '--include=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
];

/**
 * Installs what the lockfile names into node_modules, unless it is there already. Install scripts stay off: nothing that we
 * depend on may run code while it is being installed. Another set-up of the same checkout waits meanwhile.
 *
 * @param {string} root the checkout
 * @param {typeof runNpm} npm
 */
export async function ensureDependencies(root, npm = runNpm) {
  const lockfile = await readFile(join(root, 'package-lock.json'), 'utf8');
  const wanted = sha256(lockfile);
  const modules = join(root, 'node_modules');
  const stamp = join(modules, '.lectern-lockfile');
  if ((await readOrNull(stamp)) === wanted) return;
  await underLock(join(cacheDirectory(), `packages-${sha256(root).slice(0, 12)}.lock`), async () => {
    if ((await readOrNull(stamp)) === wanted) return;
    if (!(await areInstalled(modules, lockfile))) {
      await runStep('Installing packages (npm ci)', () =>
        npm(NPM_ARGUMENTS, { cwd: root, remedy: 'See that the npm registry can be reached, then start again.' }),
      );
      if (!(await areInstalled(modules, lockfile))) {
        throw new SetUpError(
          'npm ci did not install all that package-lock.json names: see what "npm config list" leaves out (omit), then start again.',
        );
      }
    }
    await writingIn(modules, () => writeFile(stamp, wanted));
  });
}

/**
 * @param {string} modules
 * @param {string} lockfile
 */
async function areInstalled(modules, lockfile) {
  const installed = await readOrNull(join(modules, '.package-lock.json'));
  return installed !== null && satisfies(parse(installed), parse(lockfile));
}

/**
 * Whether what npm recorded as installed is what the lockfile names; what is optional may be absent (another platform's).
 *
 * @param {Lockfile} installed node_modules/.package-lock.json
 * @param {Lockfile} wanted package-lock.json
 */
export function satisfies(installed, wanted) {
  return Object.entries(wanted.packages ?? {}).every(([path, locked]) => {
    if (!path.includes('node_modules/')) return true;
    const present = installed.packages?.[path];
    if (present === undefined) return locked.optional === true;
    return present.version === locked.version && present.integrity === locked.integrity;
  });
}

/**
 * @param {string} lockfile
 * @returns {Lockfile}
 */
function parse(lockfile) {
  /** @type {Lockfile} */
  const parsed = JSON.parse(lockfile);
  return parsed;
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** @param {string} path */
async function readOrNull(path) {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
