import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { landmarkerModel, sharedFile } from './lab-files.ts';

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
