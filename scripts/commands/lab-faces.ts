import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { aptPackages, ensureProgram } from '../system-packages.ts';
import { CHROMIUM } from '../testing/programs.ts';

/** Renders synthetic people with the truth of every frame. */
export async function labFaces(args: readonly string[]): Promise<number> {
  await ensureProgram('rendering the faces', CHROMIUM, await aptPackages());
  const child = spawn(process.execPath, [join(ROOT, 'client/lab/make-faces.ts'), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
