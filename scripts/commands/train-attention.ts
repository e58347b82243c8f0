import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { SetUpError } from '../bootstrap/step.mjs';
import { ROOT } from '../environment.ts';

/** Trains the attention model anew; the program brings its own pinned Python environment. */
export async function trainAttention(args: readonly string[]): Promise<number> {
  const program = join(ROOT, 'analytics/training/train.ts');
  await access(program).catch(() => {
    throw new SetUpError(`${program} is missing: take a complete checkout.`);
  });
  const child = spawn(process.execPath, [program, ...args], { cwd: ROOT, stdio: 'inherit' });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
