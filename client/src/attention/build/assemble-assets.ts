import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildWorker } from './build-worker.ts';
import { brotli, writeWhole } from './compress.ts';
import { servedLandmarker } from './landmarker-bundle.ts';

export interface AssembleOptions {
  /** The folder that is served as /attention/; made when missing. */
  readonly outDir: string;
  /** The published `face_landmarker.task`, or null when there is none: the manifest then lacks its role. */
  readonly landmarkerModel: string | null;
  /** Whether `name.br` is written beside each file: about a minute on a slow machine. */
  readonly brotli: boolean;
}

interface ManifestFile {
  readonly role: string;
  readonly name: string;
  readonly bytes: number;
  readonly brotliBytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly version: 1;
  readonly files: readonly ManifestFile[];
}

interface Source {
  readonly role: string;
  readonly stem: string;
  readonly extension: string;
  readonly read: () => Promise<Buffer>;
}

/**
 * Writes everything that is served under /attention/, with the manifest last, and gives the manifest. Files that are
 * there already (their name carries their hash) are not compressed again. Throws when the landmarker's model is another.
 */
export async function assembleAssets(options: AssembleOptions): Promise<Manifest> {
  await mkdir(options.outDir, { recursive: true });
  // Together: each is compressed on a thread of its own, and the two wasm files are nearly all of it.
  const files = await Promise.all(sources(options.landmarkerModel).map((source) => add(source, options)));
  const manifest: Manifest = { version: 1, files };
  await writeWhole(join(options.outDir, 'manifest.json'), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}

async function add(source: Source, options: AssembleOptions): Promise<ManifestFile> {
  const content = await source.read();
  const sha256 = createHash('sha256').update(content).digest('hex');
  const name = `${source.stem}.${sha256.slice(0, 12)}.${source.extension}`;
  const path = join(options.outDir, name);
  if ((await sizeOf(path)) !== content.byteLength) await writeWhole(path, content);
  const brotliBytes = options.brotli ? await compress(path, content) : content.byteLength;
  return { role: source.role, name, bytes: content.byteLength, brotliBytes, sha256 };
}

function sources(landmarkerModel: string | null): Source[] {
  const require = createRequire(import.meta.url);
  const ofPackage = (path: string) => () =>
    readFile(join(dirname(require.resolve(path)), path.split('/').at(-1) ?? ''));
  const model = fileURLToPath(new URL('../model/attention.onnx', import.meta.url));
  const visionWasm = '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm';
  const ortWasm = 'onnxruntime-web/ort-wasm-simd-threaded.wasm';
  return [
    { role: 'worker', stem: 'worker', extension: 'js', read: async () => Buffer.from(await buildWorker()) },
    { role: 'landmarker-wasm', stem: 'landmarker', extension: 'wasm', read: ofPackage(visionWasm) },
    { role: 'ort-wasm', stem: 'ort', extension: 'wasm', read: ofPackage(ortWasm) },
    ...(landmarkerModel === null
      ? []
      : [
          {
            role: 'landmarker-model',
            stem: 'face-landmarker',
            extension: 'task',
            read: () => servedLandmarker(landmarkerModel),
          },
        ]),
    { role: 'attention-model', stem: 'attention', extension: 'onnx', read: () => readFile(model) },
  ];
}

async function compress(path: string, content: Buffer): Promise<number> {
  const known = await sizeOf(`${path}.br`);
  if (known !== null) return known;
  const compressed = await brotli(content);
  await writeWhole(`${path}.br`, compressed);
  return compressed.byteLength;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      'landmarker-model': { type: 'string' },
      brotli: { type: 'boolean', default: false },
    },
  });
  if (values.out === undefined) throw new Error('name the folder: --out DIR');
  const manifest = await assembleAssets({
    outDir: values.out,
    landmarkerModel: values['landmarker-model'] ?? null,
    brotli: values.brotli,
  });
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
}
