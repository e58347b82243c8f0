import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment } from './config.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const REPOSITORY = join(HERE, '..', '..');

/** Where the lab finds faces and the landmarker's model: `LECTERN_ASSETS`, or the folder `shared` beside the repository. */
export function sharedFile(...path: readonly string[]): string {
  const roots = [environment.assets, join(REPOSITORY, '..', 'shared')].filter((root) => root !== undefined);
  const last = path.at(-1) ?? '';
  const candidates = roots.flatMap((root) => [join(root, ...path), join(root, last)]);
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new Error(
      `${path.join('/')} was not found in ${roots.join(' or ')}: set LECTERN_ASSETS to the folder that has it`,
    );
  }
  return found;
}

/** The lab's folder under the XDG cache. */
export function cacheFolder(...path: readonly string[]): string {
  return join(environment.cache, 'lectern', 'lab', ...path);
}

/** What decides how faces look and what is seen of them. Gaze, features and rules work on cached rows. */
const RENDERING_SOURCES = [
  'behaviours.ts',
  'camera-picture.ts',
  'dataset-page.ts',
  'ict-head.ts',
  'observe-worker.ts',
  'person.ts',
  'random.ts',
  'studio.ts',
  '../src/attention/worker/geometry.ts',
  '../src/attention/worker/landmarks.ts',
  '../src/attention/worker/observables.ts',
  '../src/attention/worker/picture-quality.ts',
  '../src/attention/worker/vision.ts',
];

/** A hash over those sources and `extra`: a change of any of them renders anew. */
export async function sourcesHash(extra: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  for (const name of RENDERING_SOURCES) hash.update(name).update(await readFile(join(HERE, name)));
  for (const text of extra) hash.update(text);
  return hash.digest('hex').slice(0, 16);
}

/** Path of one of the lab's own sources. */
export function labSource(name: string): string {
  return join(HERE, name);
}
