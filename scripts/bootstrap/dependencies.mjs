import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { runStep } from './step.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, extraneous?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Installs what the lockfile names into node_modules, unless it is there already. Install scripts stay off: nothing that we
 * depend on may run code while it is being installed.
 *
 * @param {string} root the checkout
 */
export async function ensureDependencies(root) {
  const lockfile = await readFile(join(root, 'package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  const stamp = join(root, 'node_modules/.lectern-lockfile');
  if ((await readOrNull(stamp)) === wanted) return;
  const installed = await readOrNull(join(root, 'node_modules/.package-lock.json'));
  if (installed === null || !satisfies(parse(installed), parse(lockfile))) {
    await runStep('Installing packages (npm ci)', () =>
      runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        cwd: root,
        remedy: 'See that the npm registry can be reached, then start again.',
      }),
    );
  }
  await writeFile(stamp, wanted);
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

/** @param {string} path */
async function readOrNull(path) {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
