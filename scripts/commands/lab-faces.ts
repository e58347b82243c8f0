import { join } from 'node:path';
import { handOver } from '../bootstrap/hand-over.mjs';
import { ROOT } from '../environment.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { CHROMIUM } from '../testing/programs.ts';

/** Renders synthetic people with the truth of every frame. */
export async function labFaces(args: readonly string[]): Promise<number> {
  await ensureProgram('rendering the faces', CHROMIUM, await aptPackages());
  return handOver(process.execPath, [join(ROOT, 'client/lab/make-faces.ts'), ...args]);
}
