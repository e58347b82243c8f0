import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { CHROMIUM } from '../testing/programs.ts';

/** Trains the attention model anew; the program brings its own pinned Python environment. */
export async function trainAttention(args: readonly string[]): Promise<number> {
  await ensureProgram('rendering the faces', CHROMIUM, await aptPackages());
  const child = spawn(process.execPath, [join(ROOT, 'analytics/training/train.ts'), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
