import { access, constants, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fillDirectory } from '../bootstrap/cache.mjs';
import { runStep } from '../bootstrap/step.mjs';
import { treeHash } from '../content-hash.ts';
import { CACHE } from '../environment.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { runProgram } from '../run-program.ts';
import { ensureGo, EXTENSION, GO_ENVIRONMENT, type Go } from './go.ts';

/** Where the load generator is, and what built it. */
export interface LoadGenerator {
  /** k6 with the module k6/x/lectern built in. */
  readonly binary: string;
  /** A bad network in front of a server, for browsers: loadtest/extension/cmd/relay. */
  readonly relay: string;
  /** What one participant costs the generator, for a benchmark: loadtest/extension/cmd/footprint. */
  readonly footprint: string;
  readonly go: Go;
}

/** The environment that names it to the load tests and to the tests of its own. */
export function variablesOf({ binary, relay, footprint, go }: LoadGenerator): Readonly<Record<string, string>> {
  return { LOADTEST_K6: binary, LOADTEST_RELAY: relay, LOADTEST_FOOTPRINT: footprint, LOADTEST_GO: go.program };
}

/** Builds that are kept, those of other checkouts that were used within the day besides. */
const KEPT = 2;
const IN_USE_MS = 24 * 3600 * 1000;

const NEEDS_MODULES =
  'The compiler says why above. Where modules cannot be fetched, see that the Go module proxy can be reached (GOPROXY names another).';

/** The load generator of this checkout, built and kept in the cache when its sources or Go have changed. */
export async function ensureLoadGenerator(): Promise<LoadGenerator> {
  const go = await ensureGo();
  const sources = await treeHash(EXTENSION, ['.'], (path) => /_test\.go$|\/(?:LICENSE|THIRD_PARTY)$/.test(path));
  const builds = join(CACHE, 'loadtest');
  const directory = join(builds, `${go.version}-${sources.slice(0, 16)}`);
  const binary = join(directory, 'k6');
  const relay = join(directory, 'relay');
  const footprint = join(directory, 'footprint');
  const isBuilt = () =>
    Promise.all([binary, relay, footprint].map((program) => access(program, constants.X_OK))).then(
      () => true,
      () => false,
    );
  if (!(await isBuilt())) {
    await oneAtATime(`${directory}.lock`, async () => {
      if (await isBuilt()) return;
      await fillDirectory(directory, (partial) => build(go, partial));
    });
    await prune(builds, Date.now());
  }
  const now = new Date();
  // One in a cache that cannot be written is as good.
  await utimes(directory, now, now).catch(() => undefined);
  return { binary, relay, footprint, go };
}

/** Removes all builds in this directory but the two that were used last, and those that somebody may be using now. Its time says when each was. */
export async function prune(builds: string, nowMs: number): Promise<void> {
  const names = (await readdir(builds, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const used = await Promise.all(
    names.map(async ({ name }) => ({ path: join(builds, name), atMs: (await stat(join(builds, name))).mtimeMs })),
  );
  const old = used
    .sort((one, other) => other.atMs - one.atMs)
    .slice(KEPT)
    .filter(({ atMs }) => nowMs - atMs > IN_USE_MS);
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}

function build(go: Go, directory: string): Promise<void> {
  return runStep(`Building the load generator with Go ${go.version} (one to three minutes, once)`, async (report) => {
    let packages = 0;
    const compile = (name: string, from: string): Promise<string> =>
      // Without the symbol table it is a third smaller; -v names each package as it is compiled.
      runProgram(go.program, ['build', '-v', '-ldflags=-s -w', '-o', join(directory, name), from], {
        cwd: EXTENSION,
        env: GO_ENVIRONMENT,
        onLine: (line) => {
          const isNews = line.startsWith('go: ');
          if (!isNews) packages += 1;
          report(isNews ? line.slice(4) : `${packages} packages`);
        },
        remedy: NEEDS_MODULES,
      });
    await compile('relay', './cmd/relay');
    await compile('footprint', './cmd/footprint');
    await compile('k6', '.');
  });
}
