import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWorker } from '../src/attention/build/build-worker.ts';
import { CACHED_LANDMARKER_MODEL, LANDMARKER_MODEL } from '../src/attention/build/landmarker-model.ts';
import { environment } from './config.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const REPOSITORY = join(HERE, '..', '..');
const FOLDERS = [environment.assets, join(REPOSITORY, '..', 'shared')].filter((folder) => folder !== undefined);

/** The files that heads are made of, as they must be. */
export const HEADS = {
  'ict-face.json': {
    folder: ['media', 'ict-face'],
    sha256: '063549823c7ee5d4c2c553a9a6363c76ab4ce53add607a733c5de1fe075551bb',
  },
  'face_model_with_iris.obj': {
    folder: ['media'],
    sha256: 'cc5659c31aa4fa3412cb33629b0ebd6e16a75e79746daa07d1c44c61780cae5e',
  },
  'ict-face.bin': {
    folder: ['media', 'ict-face'],
    sha256: 'fc05d0303dfd0dff85f2c13770b35b230560e2d0849f539caf2741dd823c2720',
  },
} as const;
export type HeadFile = keyof typeof HEADS;

/** A file that heads are made of. Throws with the remedy when it is missing or is another than it must be. */
export async function headFile(name: HeadFile): Promise<Buffer> {
  const { folder, sha256 } = HEADS[name];
  const path = sharedFile(...folder, name);
  const body = await readFile(path);
  const found = createHash('sha256').update(body).digest('hex');
  if (found === sha256) return body;
  throw new Error(`${path} is not the expected ${name}: its SHA-256 is ${found}. Put the published file in its place.`);
}

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

/**
 * A hash over some of the lab's modules with all that they import, as they are served, and over the heads and the landmarker's
 * model: a change of any of it is a change of what is rendered and seen.
 */
export async function bundleHash(sources: readonly string[], head: Buffer): Promise<string> {
  const hash = createHash('sha256').update(LANDMARKER_MODEL.sha256).update(head);
  for (const { sha256 } of Object.values(HEADS)) hash.update(sha256);
  for (const source of sources) hash.update(await buildWorker(labSource(source)));
  return hash.digest('hex').slice(0, 16);
}

/** Path of one of the lab's own sources. */
export function labSource(name: string): string {
  return join(HERE, name);
}
