import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHED_LANDMARKER_MODEL, LANDMARKER_MODEL } from '../src/attention/build/landmarker-model.ts';
import { environment } from './config.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const REPOSITORY = join(HERE, '..', '..');
const FOLDERS = [environment.assets, join(REPOSITORY, '..', 'shared')].filter((folder) => folder !== undefined);

/**
 * Where the lab finds the faces, which are in no package: `LECTERN_ASSETS`, or the folder `shared` beside the repository. Throws with
 * the remedy when neither has the file.
 */
export function sharedFile(...path: readonly string[]): string {
  const found = inFolders(FOLDERS, path);
  if (found !== undefined) return found;
  throw new Error(
    `${path.join('/')} was not found in ${FOLDERS.join(' or ')}: it is needed to render people. Set LECTERN_ASSETS to the folder that has it, and try again.`,
  );
}

/** The landmarker's model: from the same folders, or where the set-up keeps the one that it fetched. */
export function landmarkerModel(folders = FOLDERS, cache = environment.cache): string {
  const cached = join(cache, 'lectern', 'models', CACHED_LANDMARKER_MODEL);
  const found = inFolders(folders, ['models', LANDMARKER_MODEL.name]) ?? (existsSync(cached) ? cached : undefined);
  if (found !== undefined) return found;
  throw new Error(
    `${LANDMARKER_MODEL.name} was not found in ${folders.join(' or ')} nor in ${cached}: run npm run setup, or set LECTERN_ASSETS to the folder that has it.`,
  );
}

function inFolders(folders: readonly string[], path: readonly string[]): string | undefined {
  const last = path.at(-1) ?? '';
  return folders.flatMap((folder) => [join(folder, ...path), join(folder, last)]).find((file) => existsSync(file));
}

/** The lab's folder under the XDG cache. */
export function cacheFolder(...path: readonly string[]): string {
  return join(environment.cache, 'lectern', 'lab', ...path);
}

/** What decides how people look. */
export const PEOPLE_SOURCES: readonly string[] = [
  'people/cover-material.ts',
  'people/eye-axes.ts',
  'people/eye-material.ts',
  'people/face-map.ts',
  'people/face-shell.ts',
  'people/glasses.ts',
  'people/hairline.ts',
  'people/head-cover.ts',
  'people/head-shell.ts',
  'people/ict-head.ts',
  'people/lid-shapes.ts',
  'people/lids.ts',
  'people/looks.ts',
  'people/neck-bend.ts',
  'people/noise.ts',
  'people/person.ts',
  'people/screen-glow.ts',
  'people/sides.ts',
  'people/skin-material.ts',
  'people/skin-texture.ts',
  'people/torso.ts',
];

/** What decides how faces look and what is seen of them. Gaze, features and rules work on cached rows. */
export const RENDERING_SOURCES: readonly string[] = [
  ...PEOPLE_SOURCES,
  'behaviours.ts',
  'camera-picture.ts',
  'dataset-page.ts',
  'observe-worker.ts',
  'random.ts',
  'studio.ts',
  '../src/attention/build/landmarker-bundle.ts',
  '../src/attention/build/landmarker-model.ts',
  '../src/attention/worker/geometry.ts',
  '../src/attention/worker/landmarks.ts',
  '../src/attention/worker/face-reading.ts',
  '../src/attention/worker/picture-quality.ts',
  '../src/attention/worker/task-bundle.ts',
  '../src/attention/worker/tasks-vision.ts',
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
