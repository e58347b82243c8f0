import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { fillDirectory, writingIn } from '../bootstrap/cache.mjs';
import { runStep, SetUpError } from '../bootstrap/step.mjs';
import { fileSha256, treeHash } from '../content-hash.ts';
import { CACHE, environment, packageVersion, ROOT } from '../environment.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { endOf } from '../run-program.ts';
import { aptPackages } from '../system-packages.ts';
import { buildWorker } from './build-worker.ts';
import { downloadPrebuilt, prebuiltUrl } from './prebuilt-worker.ts';

/** The ways to a worker binary, in the order in which they are tried. `null`: not to be had this way. */
export interface WorkerSources {
  /** MEDIASOUP_WORKER_BIN: rejects when it is set to something that cannot be run. */
  readonly given: () => Promise<string | null>;
  readonly cached: () => Promise<string | null>;
  readonly prebuilt: () => Promise<string | null>;
  readonly built: () => Promise<string>;
}

/** What a built worker follows from, besides mediasoup's release: the recipe, and the flags that the build gives it. */
const RECIPE = ['infra/worker', 'scripts/worker/build-srtp.ts', 'scripts/worker/build-worker.ts'];
const CHECKSUMS = join(CACHE, 'worker-checksums.json');

/** What lies beside a cached binary. */
interface Origin {
  readonly source: 'prebuilt' | 'built';
  readonly sha256: string;
}

/** The first worker binary that can be had. */
export async function firstWorker(sources: WorkerSources): Promise<string> {
  return (await sources.given()) ?? (await sources.cached()) ?? (await sources.prebuilt()) ?? (await sources.built());
}

/** The mediasoup-worker to run, made and kept in the cache when there is none yet. */
export async function ensureWorker(): Promise<string> {
  const given = await givenWorker(environment.workerBinary);
  if (given !== null) return given;
  const version = packageVersion('mediasoup');
  const directory = await workerDirectory(version);
  if (await isIntact(directory)) return join(directory, 'mediasoup-worker');
  return oneAtATime(`${directory}.lock`, () => firstWorker(workerSources(version, directory)));
}

function workerSources(version: string, directory: string): WorkerSources {
  const binary = join(directory, 'mediasoup-worker');
  const keep = async (source: Origin['source'], fill: (binary: string) => Promise<void>): Promise<string> => {
    await fillDirectory(directory, async (partial) => {
      const candidate = join(partial, 'mediasoup-worker');
      await fill(candidate);
      await testWorker(candidate);
      const origin: Origin = { source, sha256: await fileSha256(candidate) };
      await writeFile(join(partial, 'origin.json'), JSON.stringify(origin));
    });
    return binary;
  };
  return {
    given: () => givenWorker(environment.workerBinary),
    cached: async () => ((await isIntact(directory)) ? binary : null),
    prebuilt: async () => {
      if (environment.skipPrebuilt) return null;
      const url = prebuiltUrl(version, environment.prebuiltBaseUrl);
      try {
        const known = await knownChecksums();
        const path = await keep('prebuilt', async (candidate) => {
          const title = `Downloading mediasoup-worker ${version} from mediasoup's release`;
          await runStep(title, () => downloadPrebuilt(url, candidate));
          refuseChanged(url, known[url], await fileSha256(candidate));
        });
        const checksums = { ...known, [url]: await fileSha256(path) };
        await writingIn(CACHE, () => writeFile(CHECKSUMS, `${JSON.stringify(checksums, null, 2)}\n`));
        return path;
      } catch (error) {
        process.stderr.write(`  not to be had this way: ${firstLine(error)}\n`);
        return null;
      }
    },
    built: async () => {
      const packages = await aptPackages();
      return keep('built', (path) => buildWorker(version, path, packages));
    },
  };
}

async function workerDirectory(version: string): Promise<string> {
  const recipe = await treeHash(ROOT, RECIPE, (path) => path.endsWith('.md'));
  return join(CACHE, 'worker', `${version}-${platform()}-${arch()}-${recipe.slice(0, 12)}`);
}

async function givenWorker(path: string | null): Promise<string | null> {
  if (path === null) return null;
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    throw new SetUpError(`MEDIASOUP_WORKER_BIN=${path} cannot be run: correct the path, or unset it.`);
  }
}

/**
 * The binary is the one that was tested, and the system can still load it: without its protocol's variable a worker ends
 * with 41.
 */
async function isIntact(directory: string): Promise<boolean> {
  const binary = join(directory, 'mediasoup-worker');
  try {
    const origin = JSON.parse(await readFile(join(directory, 'origin.json'), 'utf8')) as Origin;
    if (origin.sha256 !== (await fileSha256(binary))) return false;
    return (await endOf(binary, [], { env: { MEDIASOUP_VERSION: undefined }, timeoutMs: 5_000 })).code === 41;
  } catch {
    return false;
  }
}

/** Nothing is cached before a class could run on it. */
async function testWorker(binary: string): Promise<void> {
  await runStep('Testing mediasoup-worker: a router, SRTP, a DTLS handshake', async () => {
    const test = join(ROOT, 'scripts/worker/smoke-test.ts');
    const { code, output } = await endOf(process.execPath, [test, binary], { timeoutMs: 60_000 });
    if (code !== 0) throw new SetUpError(`mediasoup-worker does not work on this machine:\n${output}`);
    if (output.includes('"reduced"')) {
      process.stderr.write('  node-datachannel is not installed: tested without a DTLS handshake\n');
    }
  });
}

/** mediasoup publishes no checksums: what came and passed at the first use is what must come at every later one. */
function refuseChanged(url: string, known: string | undefined, sha256: string): void {
  if (known === undefined || known === sha256) return;
  throw new SetUpError(`${url} is another file than at its first use (SHA-256 ${sha256}, not ${known})`);
}

async function knownChecksums(): Promise<Record<string, string>> {
  const text = await readFile(CHECKSUMS, 'utf8').catch(() => '{}');
  return JSON.parse(text) as Record<string, string>;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
