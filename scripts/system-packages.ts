import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runStep, SetUpError } from './bootstrap/step.mjs';
import { endOf, runProgram } from './run-program.ts';

/** How this system installs packages. `null`: not a Debian or Ubuntu, so we can only name what is needed. */
export interface PackageManager {
  isInstalled(name: string): Promise<boolean>;
  install(names: readonly string[]): Promise<void>;
  readonly root: boolean;
}

/**
 * Makes sure that the named Debian packages are there: as root they are installed, otherwise the set-up stops with the one
 * line to paste. `purpose` says what needs them.
 */
export async function ensureSystemPackages(
  purpose: string,
  names: readonly string[],
  manager: PackageManager | null,
): Promise<void> {
  if (manager === null) throw new SetUpError(missingPackagesLine(purpose, names, null));
  const present = await Promise.all(names.map((name) => manager.isInstalled(name)));
  const missing = names.filter((_, index) => present[index] !== true);
  if (missing.length === 0) return;
  if (!manager.root) throw new SetUpError(missingPackagesLine(purpose, missing, manager));
  await runStep(`Installing system packages for ${purpose}: ${missing.join(' ')}`, () => manager.install(missing));
}

/** The sentence with the command to paste, or, on a system without apt, with what to look for. */
export function missingPackagesLine(purpose: string, names: readonly string[], manager: PackageManager | null): string {
  return manager === null
    ? `For ${purpose}, install what these Debian packages hold, then start again: ${names.join(' ')}`
    : `For ${purpose}, run this, then start again: sudo apt-get install -y ${names.join(' ')}`;
}

/** apt on Debian, Ubuntu and what derives from them; null elsewhere. */
export async function aptPackages(): Promise<PackageManager | null> {
  if (!(await isOnPath('apt-get')) || !(await isOnPath('dpkg-query'))) return null;
  return {
    root: process.getuid?.() === 0,
    async isInstalled(name) {
      const { code, output } = await endOf('dpkg-query', ['-W', '-f=${Status}', name]);
      return code === 0 && output.endsWith(' installed');
    },
    async install(names) {
      const options = {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        remedy: `Install them by hand: ${names.join(' ')}`,
      };
      // A list that is out of date names files that are gone; one that cannot be renewed may still do.
      await endOf('apt-get', ['-q', 'update'], options);
      await runProgram(
        'apt-get',
        ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'install', ...names],
        options,
      );
    },
  };
}

/** Whether a program can be run by its name. */
export async function isOnPath(program: string): Promise<boolean> {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    directories.map((directory) =>
      access(join(directory, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** The release's code name ("bookworm"), or null when the system does not say. */
export async function releaseName(): Promise<string | null> {
  try {
    return /^VERSION_CODENAME="?([\w-]+)"?$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
