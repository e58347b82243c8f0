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

/** A program that something needs: how to see that it is there, and the Debian package that has it. */
export interface NeededProgram {
  readonly package: string;
  readonly isThere: () => Promise<boolean>;
  /** What helps where the package cannot be had, in one sentence. */
  readonly otherwise?: string;
}

/** Makes sure that a program is there, wherever it came from; its package is asked for only when it is not. */
export async function ensureProgram(
  purpose: string,
  program: NeededProgram,
  manager: PackageManager | null,
): Promise<void> {
  if (await program.isThere()) return;
  try {
    await ensureSystemPackages(purpose, [program.package], manager);
    if (!(await program.isThere())) {
      throw new SetUpError(
        `For ${purpose}, what the package ${program.package} holds is needed, and is not on the path.`,
      );
    }
  } catch (error) {
    if (!(error instanceof SetUpError) || program.otherwise === undefined) throw error;
    throw new SetUpError(`${error.message}\n${program.otherwise}`, { cause: error });
  }
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
  let listsAreFresh = false;
  return {
    root: process.getuid?.() === 0,
    async isInstalled(name) {
      const { code, output } = await endOf('dpkg-query', ['-W', '-f=${Status}', name]);
      return code === 0 && output.endsWith(' installed');
    },
    async install(names) {
      const options = {
        // Installed is enough: what is needed is started here, on ports of its own, and not as the system's service.
        env: { DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_OFFLINE: '1' },
        remedy: `Install them by hand: ${names.join(' ')}`,
      };
      // A list that is out of date names files that are gone; one that cannot be renewed may still do.
      if (!listsAreFresh) await endOf('apt-get', ['-q', 'update'], options);
      listsAreFresh = true;
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
