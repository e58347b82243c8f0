import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { landmarkerModel, RENDERING_SOURCES, sharedFile } from './lab-files.ts';

const CACHED = 'lectern/models/64184e229b26-face_landmarker.task';

describe('the files of the lab', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-lab-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const put = async (path: string): Promise<string> => {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), '');
    return join(directory, path);
  };
  const model = (): string => landmarkerModel([join(directory, 'assets')], directory);

  it('take the model from a folder that is named, else from where the set-up keeps it', async () => {
    const cached = await put(CACHED);
    expect(model()).toBe(cached);
    const given = await put('assets/models/face_landmarker.task');
    expect(model()).toBe(given);
  });

  it('are asked for with the remedy when they are nowhere', () => {
    expect(model).toThrow(/face_landmarker\.task was not found in .*npm run setup.*LECTERN_ASSETS/);
    expect(() => sharedFile('media', 'no-such-head.json')).toThrow(
      /no-such-head\.json was not found in .*LECTERN_ASSETS/,
    );
  });
});

/** Where rendering and observing begin: the page, its worker, and the model that the worker is handed. */
const BEGINNINGS = ['dataset-page.ts', 'observe-worker.ts', '../src/attention/build/landmarker-bundle.ts'];
/** Imported there and no part of what is seen: fetching the files, and the gaze, which is worked out from cached rows. */
const APART = ['../src/attention/assets.ts', '../src/attention/worker/gaze.ts'];

/** These files and all that they import of ours, types aside, as seen from this folder. */
async function importedFrom(names: readonly string[]): Promise<string[]> {
  const found = new Set(names);
  for (const name of found) {
    const text = await readFile(resolve(import.meta.dirname, name), 'utf8');
    for (const [, path = ''] of text.matchAll(/^import (?!type )[^;]*?from '(\.[^']+)'/gm)) {
      const imported = relative(import.meta.dirname, resolve(import.meta.dirname, name, '..', path));
      if (!APART.includes(imported)) found.add(imported);
    }
  }
  return [...found];
}

it('faces are rendered anew when any source changes that decides what is seen of them', async () => {
  expect((await importedFrom(BEGINNINGS)).toSorted()).toEqual([...RENDERING_SOURCES].toSorted());
});
