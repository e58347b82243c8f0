import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { setUp } from '../set-up.ts';
import { aptPackages, ensureSystemPackages } from '../system-packages.ts';

/** Measures the figures on this machine; `args` names some of them, or `--json FILE`. */
export function bench(args: readonly string[]): Promise<number> {
  return withBrowser('the figures', 'bench/src/main.ts', args);
}

/** Makes the screenshots of every screen. */
export function screens(args: readonly string[]): Promise<number> {
  return withBrowser('the screenshots', 'e2e/src/screens/main.ts', args);
}

async function withBrowser(purpose: string, program: string, args: readonly string[]): Promise<number> {
  await ensureSystemPackages(purpose, ['chromium'], await aptPackages());
  const { variables, missing } = await setUp({ retry: true });
  for (const line of missing) process.stderr.write(`${line}\n`);
  const child = spawn(process.execPath, [join(ROOT, program), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: 'inherit',
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
