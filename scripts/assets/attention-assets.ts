import { access, link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CACHED_LANDMARKER_MODEL } from '../../client/src/attention/build/landmarker-model.ts';
import { fillDirectory } from '../bootstrap/cache.mjs';
import { runStep } from '../bootstrap/step.mjs';
import { treeHash } from '../content-hash.ts';
import { CACHE, environment, ROOT } from '../environment.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { runProgram } from '../run-program.ts';
import { ensureLandmarkerModel, MODEL_REMEDY, publishedModel } from './landmarker-model.ts';
import { precompress } from './precompress.ts';

const ASSEMBLE = 'client/src/attention/build/assemble-assets.ts';
/** What the folder's content follows from, besides the landmarker's model. */
const INPUTS = ['client/src/attention', 'contracts/src', 'client/package.json', 'package-lock.json'];

/** The folder to serve as /attention/, and what could not be had for it (a line with the remedy each). */
export interface AttentionAssets {
  readonly directory: string;
  readonly missing: readonly string[];
}

/**
 * The folder with everything that the on-device pipeline needs, assembled and compressed once for each state of its sources.
 * Rejects only when the sources cannot be built. A download that failed lately is tried again only when `retry` says so.
 */
export async function ensureAttentionAssets({ retry }: { readonly retry: boolean }): Promise<AttentionAssets> {
  const model = await findLandmarkerModel({ retry });
  const missing = model === null ? [MODEL_REMEDY] : [];
  const sources = await treeHash(ROOT, INPUTS, (path) => path.endsWith('.test.ts') || path.endsWith('.md'));
  const assets = join(CACHE, 'assets');
  const directory = join(assets, `${sources.slice(0, 16)}${model === null ? '-without-model' : ''}`);
  if (!(await isAssembled(directory))) {
    await oneAtATime(`${assets}.lock`, async () => {
      if (!(await isAssembled(directory))) await assemble(assets, directory, model);
    });
  }
  return { directory, missing };
}

/** The path of the checked landmarker's model in the cache, or null when it cannot be had, which is told. */
export function findLandmarkerModel({ retry }: { readonly retry: boolean }): Promise<string | null> {
  const models = join(CACHE, 'models');
  return ensureLandmarkerModel({
    cached: join(models, CACHED_LANDMARKER_MODEL),
    folders: [...(environment.assets === null ? [] : [environment.assets]), resolve(ROOT, '../shared')],
    download: publishedModel,
    failure: join(models, 'last-failure'),
    retry,
    note: (line) => process.stderr.write(`${line}\n`),
  });
}

function isAssembled(directory: string): Promise<boolean> {
  return exists(join(directory, 'manifest.json'));
}

async function assemble(assets: string, directory: string, model: string | null): Promise<void> {
  await runStep('Assembling the vision files (compressing them takes a minute or two, once)', (report) =>
    fillDirectory(directory, async (partial) => {
      await reuseCompressed(assets, partial);
      const arguments_ = ['--out', partial, '--brotli', ...(model === null ? [] : ['--landmarker-model', model])];
      await runProgram(process.execPath, [join(ROOT, ASSEMBLE), ...arguments_], {
        cwd: ROOT,
        remedy: 'The class works without these files; the reason is above.',
      });
      await keepOnly(partial, await namesInManifest(partial));
      await precompress(partial, report, (name) => name === 'manifest.json');
    }),
  );
}

/**
 * Links the big files of earlier assemblies into the new one: their names carry their hash, so what is the same is not
 * compressed again.
 */
async function reuseCompressed(assets: string, into: string): Promise<void> {
  await mkdir(assets, { recursive: true });
  for (const earlier of await readdir(assets)) {
    const directory = join(assets, earlier);
    if (earlier.includes('.partial-') || !(await stat(directory)).isDirectory()) continue;
    for (const name of await readdir(directory)) {
      if (!/\.(wasm|task)(\.br|\.gz)?$/.test(name)) continue;
      await link(join(directory, name), join(into, name)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
    }
  }
}

async function namesInManifest(directory: string): Promise<string[]> {
  const text = await readFile(join(directory, 'manifest.json'), 'utf8');
  const manifest = JSON.parse(text) as { readonly files: readonly { readonly name: string }[] };
  return manifest.files.map(({ name }) => name);
}

/** The folder holds exactly what the manifest names. */
async function keepOnly(directory: string, names: readonly string[]): Promise<void> {
  const kept = new Set(['manifest.json', ...names.flatMap((name) => [name, `${name}.br`, `${name}.gz`])]);
  for (const name of await readdir(directory)) {
    if (!kept.has(name)) await rm(join(directory, name));
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
