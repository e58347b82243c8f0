import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { servedLandmarker } from './landmarker-bundle.ts';

it('takes no other file for the published model', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lectern-bundle-'));
  try {
    const path = join(directory, 'face_landmarker.task');
    await writeFile(path, 'another');
    await expect(servedLandmarker(path)).rejects.toThrow(
      /is not the expected face_landmarker\.task: its SHA-256 is [0-9a-f]{64}/,
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
