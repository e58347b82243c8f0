import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LANDMARKER_MODEL } from '../../client/src/attention/build/landmarker-model.ts';
import { writingIn } from '../bootstrap/cache.mjs';
import { runStep } from '../bootstrap/step.mjs';
import { fileSha256 } from '../content-hash.ts';

/** In one line: what is missing, what works without it, and how to supply it. */
export const MODEL_REMEDY = `${LANDMARKER_MODEL.name} is missing, so nobody can take part in the signal; classes work without it. Put the file into a folder and name it: LECTERN_ASSETS=/path/to/folder npm start (it is published at ${LANDMARKER_MODEL.url}).`;

const ANSWER_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;
/** After a download that failed a start does not wait for another one within this time. */
const DOWNLOAD_AGAIN_AFTER_MS = 60 * 60_000;

interface Places {
  /** Where the checked file is kept. */
  readonly cached: string;
  /** Folders that may hold it, in this order. */
  readonly folders: readonly string[];
  readonly download: (signal: AbortSignal) => Promise<Response>;
  /** A file that remembers when a download failed. */
  readonly failure: string;
  /** Whether to fetch all the same when one failed lately. */
  readonly retry: boolean;
  readonly sha256?: string;
  /** Is told in one line about each file that is refused, and about a download that failed or is not tried. */
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
  const failedMinutesAgo = await minutesSince(places.failure);
  if (!places.retry && failedMinutesAgo < DOWNLOAD_AGAIN_AFTER_MS / 60_000) {
    places.note(
      `${LANDMARKER_MODEL.name} could not be downloaded ${Math.floor(failedMinutesAgo)} minutes ago; a start tries again after an hour, npm run setup at once.`,
    );
    return null;
  }
  try {
    const bytes = await fetchModel(places.download);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== wanted) throw new Error(`what came is refused: its SHA-256 is ${sha256}, not ${wanted}`);
    return await keep(places.cached, (partial) => writeFile(partial, bytes));
  } catch (error) {
    places.note(
      `${LANDMARKER_MODEL.name} could not be downloaded: ${error instanceof Error ? error.message : String(error)}`,
    );
    // Only now: one that was called off has not failed. Where it cannot be noted the next start asks again.
    await keep(places.failure, (partial) => writeFile(partial, '')).catch(() => undefined);
    return null;
  }
}

async function minutesSince(path: string): Promise<number> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: -Infinity }));
  return (Date.now() - mtimeMs) / 60_000;
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
