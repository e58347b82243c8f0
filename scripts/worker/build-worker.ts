import { copyFile, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runStep, SetUpError } from '../bootstrap/step.mjs';
import { ROOT } from '../environment.ts';
import { endOf, runProgram } from '../run-program.ts';
import { ensureSystemPackages, missingPackagesLine, type PackageManager } from '../system-packages.ts';
import { buildSrtp } from './build-srtp.ts';

const RECIPE = join(ROOT, 'infra/worker');
/** What the build needs of Debian 12 and later, Ubuntu 24.04 and later. */
const BUILD_PACKAGES = [
  'cmake',
  'ninja-build',
  'pkg-config',
  'g++',
  'dpkg-dev',
  'libuv1-dev',
  'libssl-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

/**
 * Builds mediasoup-worker to `binary`, with a directory `build` beside it while it lasts, from the sources in mediasoup's npm package: two to six minutes on two cores. Throws
 * a SetUpError that names what is missing.
 */
export async function buildWorker(version: string, binary: string, packages: PackageManager | null): Promise<void> {
  if (packages !== null) await ensureSystemPackages('building mediasoup-worker', BUILD_PACKAGES, packages);
  const work = join(dirname(binary), 'build');
  await mkdir(work);
  try {
    const srtpPrefix = await buildSrtp(work, packages);
    await runStep(
      `Building mediasoup-worker ${version} from its npm package (two to six minutes, once)`,
      async (report) => {
        const source = join(work, 'source');
        await cp(join(ROOT, 'node_modules/mediasoup/worker'), source, { recursive: true });
        await applyPatches(source);
        await compile(work, source, srtpPrefix, report);
        await copyFile(join(work, 'build/mediasoup-worker'), binary);
      },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function applyPatches(source: string): Promise<void> {
  for (const name of (await readdir(join(RECIPE, 'patches'))).sort()) {
    const { code, output } = await endOf('patch', [
      '-p1',
      '--fuzz=0',
      '-d',
      source,
      '-i',
      join(RECIPE, 'patches', name),
    ]);
    if (code !== 0) {
      throw new SetUpError(`${output}\ninfra/worker/patches/${name} does not fit this mediasoup: renew or remove it.`);
    }
  }
}

async function compile(
  work: string,
  source: string,
  srtpPrefix: string | null,
  report: (progress: string) => void,
): Promise<void> {
  const build = join(work, 'build');
  const options = [`-DWORKER_SOURCE=${source}`, `-DSRTP_PREFIX=${srtpPrefix ?? ''}`, '-DCMAKE_BUILD_TYPE=Release'];
  await runProgram('cmake', ['-S', RECIPE, '-B', build, '-G', 'Ninja', ...options], {
    remedy: missingPackagesLine('building mediasoup-worker', BUILD_PACKAGES, null),
  }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new SetUpError(missingPackagesLine('building mediasoup-worker', BUILD_PACKAGES, null));
  });
  await runProgram('ninja', ['-C', build], {
    onLine: (line) => {
      const [, done, all] = /^\[(\d+)\/(\d+)\]/.exec(line) ?? [];
      if (done !== undefined && all !== undefined) report(`${done} of ${all} files`);
    },
    remedy: 'The compiler says why above. A worker built elsewhere can be named with MEDIASOUP_WORKER_BIN.',
  });
}
