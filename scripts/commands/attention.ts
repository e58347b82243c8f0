import { join } from 'node:path';
import { handOver } from '../bootstrap/hand-over.mjs';
import { SetUpError } from '../bootstrap/step.mjs';
import { findLandmarkerModel } from '../assets/attention-assets.ts';
import { MODEL_REMEDY } from '../assets/landmarker-model.ts';
import { ROOT } from '../environment.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { CHROMIUM } from '../testing/programs.ts';

const PROGRAM = join(ROOT, 'client/validation/main.ts');

/**
 * Measures recordings, or scores what was measured (`score`); says only what there is with `--help`. Brings Chromium and the landmarker's model. Paths
 * are relative to the folder in which npm was called. Gives the exit code; rejects with a SetUpError.
 */
export async function attention(args: readonly string[]): Promise<number> {
  // npm runs in the checkout, wherever it was called.
  process.chdir(process.env['INIT_CWD'] ?? process.cwd());
  if (measures(args)) {
    await ensureProgram('measuring recordings', CHROMIUM, await aptPackages());
    if ((await findLandmarkerModel({ retry: true })) === null) throw new SetUpError(MODEL_REMEDY);
  }
  return handOver(process.execPath, [PROGRAM, ...args]);
}

/** Whether Chromium is needed: not for words, and not for scoring. */
function measures(args: readonly string[]): boolean {
  return args.length > 0 && args[0] !== 'score' && !args.includes('--help');
}
