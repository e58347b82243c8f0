import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writingIn } from '../bootstrap/cache.mjs';
import { runStep } from '../bootstrap/step.mjs';
import { fileSha256 } from '../content-hash.ts';

/** The one landmarker model that is served: Google's float16/1 bundle. */
export const LANDMARKER_MODEL = {
  name: 'face_landmarker.task',
  bytes: 3_758_596,
  sha256: '64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff',
  url: 'https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task',
} as const;

/** In one line: what is missing, what works without it, and how to supply it. */
export const MODEL_REMEDY = `${LANDMARKER_MODEL.name} is missing, so nobody can take part in the signal; classes work without it. Put the file into a folder and name it: LECTERN_ASSETS=/path/to/folder npm start (it is published at ${LANDMARKER_MODEL.url}).`;

const ANSWER_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;

interface Places {
  /** Where the checked file is kept. */
  readonly cached: string;
  /** Folders that may hold it, in this order. */
  readonly folders: readonly string[];
  /** null: nothing is fetched. */
  readonly download: ((signal: AbortSignal) => Promise<Response>) | null;
  readonly sha256?: string;
  /** Is told in one line about each file that is refused, and about a download that failed. */
  readonly note: (line: string) => void;
}

/**
 * The path of the checked model in the cache, taken from there, from a folder or from its published address; null when it
 * cannot be had. A file of another content is refused, wherever it lies.
 */
export async function ensureLandmarkerModel(places: Places): Promise<string | null> {
  const wanted = places.sha256 ?? LANDMARKER_MODEL.sha256;
  if (await hasContent(places.cached, wanted)) return places.cached;
  for (const folder of places.folders) {
    for (const path of [join(folder, 'models', LANDMARKER_MODEL.name), join(folder, LANDMARKER_MODEL.name)]) {
      if (await hasContent(path, wanted)) return keep(places.cached, (partial) => copyFile(path, partial));
      if (await exists(path)) places.note(`${path} is refused: its SHA-256 is not ${wanted}`);
    }
  }
  if (places.download === null) return null;
  try {
    const bytes = await fetchModel(places.download);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== wanted) throw new Error(`what came is refused: its SHA-256 is ${sha256}, not ${wanted}`);
    return await keep(places.cached, (partial) => writeFile(partial, bytes));
  } catch (error) {
    places.note(
      `${LANDMARKER_MODEL.name} could not be downloaded: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
}

/** Fetches the model from its published address. */
export function publishedModel(signal: AbortSignal): Promise<Response> {
  return fetch(LANDMARKER_MODEL.url, { signal });
}

function fetchModel(download: (signal: AbortSignal) => Promise<Response>): Promise<Uint8Array> {
  return runStep(`Downloading ${LANDMARKER_MODEL.name} (3.8 MB)`, async () => {
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(new Error('no answer')), ANSWER_TIMEOUT_MS);
    try {
      const response = await download(abort.signal);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(new Error('too slow')), DOWNLOAD_TIMEOUT_MS);
      return new Uint8Array(await response.arrayBuffer());
    } finally {
      clearTimeout(timer);
    }
  });
}

async function keep(path: string, write: (partial: string) => Promise<void>): Promise<string> {
  const partial = `${path}.${process.pid}.partial`;
  return writingIn(dirname(path), async () => {
    await mkdir(dirname(path), { recursive: true });
    try {
      await write(partial);
      await rename(partial, path);
      return path;
    } finally {
      await rm(partial, { force: true });
    }
  });
}

async function hasContent(path: string, sha256: string): Promise<boolean> {
  return (await exists(path)) && (await fileSha256(path)) === sha256;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
