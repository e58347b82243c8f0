import { join } from 'node:path';
import { handOver } from '../bootstrap/hand-over.mjs';
import { ROOT } from '../environment.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { CHROMIUM } from '../testing/programs.ts';

/** Trains the attention model anew; the program brings its own pinned Python environment. */
export async function trainAttention(args: readonly string[]): Promise<number> {
  await ensureProgram('rendering the faces', CHROMIUM, await aptPackages());
  return handOver(process.execPath, [join(ROOT, 'analytics/training/train.ts'), ...args]);
}
