import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { withoutLastFile } from '../worker/task-bundle.ts';
import { LANDMARKER_MODEL } from './landmarker-model.ts';

/**
 * The landmarker's bundle as it is served: the published one without its model of expressions, which the landmarker would run on
 * every frame even with blendshapes off. Throws when the file at `path` is not the published one.
 */
export async function servedLandmarker(path: string): Promise<Buffer> {
  const published = await readFile(path);
  const sha256 = createHash('sha256').update(published).digest('hex');
  if (sha256 !== LANDMARKER_MODEL.sha256) {
    throw new Error(`${path} is not the expected ${LANDMARKER_MODEL.name}: its SHA-256 is ${sha256}`);
  }
  return Buffer.from(withoutLastFile(new Uint8Array(published).buffer, 'face_blendshapes.tflite'));
}
