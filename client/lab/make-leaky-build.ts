import { createHash } from 'node:crypto';
import { link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'vite';
import type { Manifest } from '../src/attention/build/assemble-assets.ts';
import { buildWorker } from '../src/attention/build/build-worker.ts';
import { waysOutOf } from '../src/attention/build/ways-out.ts';
import { LEAKS, type Leak } from './leaks.ts';

const CLIENT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = join(CLIENT, 'src');

/** What a test starts a product with. */
interface LeakyBuild {
  /** The folder of the page with the leak; null where the leak is in the worker. */
  readonly clientDir: string | null;
  readonly attentionDir: string | null;
  /** What the guard of the sources says of the files with the leak. */
  readonly waysOut: readonly string[];
}

/** Changes the sources on their way into the build. */
class Planting {
  readonly #leak: Leak;
  readonly #open: Set<Leak['changes'][number]>;
  readonly waysOut: string[] = [];

  constructor(leak: Leak) {
    this.#leak = leak;
    this.#open = new Set(leak.changes);
  }

  readonly plugin: Plugin = {
    name: 'lectern-planted-leak',
    enforce: 'pre',
    transform: {
      order: 'pre',
      handler: (code, id) => this.#change(code, id),
    },
  };

  /** Throws where a change found no place: the sources have moved on from under the leak. */
  check(): void {
    const [left] = this.#open;
    if (left !== undefined) throw new Error(`${left.file} was not built, so that nothing could be planted in it`);
  }

  #change(code: string, id: string): string | null {
    const changes = this.#leak.changes.filter(
      ({ file }) => id.split('?')[0] === join(SOURCES, file).replaceAll(sep, '/'),
    );
    if (changes.length === 0) return null;
    let changed = code;
    for (const change of changes) {
      if (changed.split(change.find).length !== 2) {
        throw new Error(`${change.file} has not once: ${change.find} (client/lab/leaks.ts plants there)`);
      }
      changed = changed.replace(change.find, () => change.put);
      this.#open.delete(change);
    }
    this.waysOut.push(...waysOutOf(changes[0]?.file ?? '', changed));
    return changed;
  }
}

/** Builds the product's part with the leak, from the real sources; the other files of /attention/ are those of `attentionDir`. */
async function makeLeakyBuild(leak: Leak, attentionDir: string, outDir: string): Promise<LeakyBuild> {
  const planting = new Planting(leak);
  await mkdir(outDir, { recursive: true });
  if (leak.part === 'worker') {
    const code = Buffer.from(await buildWorker(undefined, planting.plugin));
    planting.check();
    await assemble(code, attentionDir, outDir);
    return { clientDir: null, attentionDir: outDir, waysOut: planting.waysOut };
  }
  await build({
    root: CLIENT,
    configFile: join(CLIENT, 'vite.config.ts'),
    logLevel: 'silent',
    plugins: [planting.plugin],
    build: { outDir, emptyOutDir: true },
  });
  planting.check();
  return { clientDir: outDir, attentionDir: null, waysOut: planting.waysOut };
}

async function assemble(worker: Buffer, attentionDir: string, outDir: string): Promise<void> {
  const text = await readFile(join(attentionDir, 'manifest.json'), 'utf8');
  const manifest = JSON.parse(text) as Manifest;
  const sha256 = createHash('sha256').update(worker).digest('hex');
  const name = `worker.${sha256.slice(0, 12)}.js`;
  const files = manifest.files.map((file) =>
    file.role === 'worker'
      ? { role: 'worker', name, sha256, bytes: worker.byteLength, brotliBytes: worker.byteLength }
      : file,
  );
  const others = new Set(files.flatMap((file) => [file.name, `${file.name}.br`, `${file.name}.gz`]));
  for (const file of await readdir(attentionDir))
    if (others.has(file)) await link(join(attentionDir, file), join(outDir, file));
  await writeFile(join(outDir, name), worker);
  await writeFile(join(outDir, 'manifest.json'), JSON.stringify({ version: 1, files }));
}

const { values } = parseArgs({
  options: { leak: { type: 'string' }, attention: { type: 'string' }, out: { type: 'string' } },
});
const leak = Object.entries<Leak>(LEAKS).find(([name]) => name === values.leak)?.[1];
if (leak === undefined || values.attention === undefined || values.out === undefined) {
  throw new Error(`name --attention DIR, --out DIR and --leak, one of ${Object.keys(LEAKS).join(', ')}`);
}
process.stdout.write(`${JSON.stringify(await makeLeakyBuild(leak, resolve(values.attention), resolve(values.out)))}\n`);
