import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runStep } from '../bootstrap/step.mjs';
import { treeHash } from '../content-hash.ts';
import { ROOT } from '../environment.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { runProgram } from '../run-program.ts';
import { precompress } from './precompress.ts';

const INPUTS = [
  'client/index.html',
  'client/vite.config.ts',
  'client/svelte.config.js',
  'client/package.json',
  'client/project.inlang/settings.json',
  'client/messages',
  'client/public',
  'client/src',
  'contracts/src',
  'package-lock.json',
];

/** Builds the web app into client/dist and compresses it, unless it was built from the same sources. Gives the directory. */
export async function ensureClient(): Promise<string> {
  const client = join(ROOT, 'client');
  const dist = join(client, 'dist');
  const stamp = join(ROOT, 'node_modules/.lectern-client');
  const sources = await treeHash(ROOT, INPUTS, isNoInput);
  const isBuilt = async (): Promise<boolean> =>
    (await readOrNull(stamp)) === sources && (await readOrNull(join(dist, 'index.html'))) !== null;
  if (await isBuilt()) return dist;
  await oneAtATime(`${stamp}.lock`, async () => {
    if (await isBuilt()) return;
    await runStep('Building the web app', async (report) => {
      await rm(stamp, { force: true });
      const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
      await runProgram(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
        cwd: client,
        remedy: 'The reason is above.',
      });
      await precompress(dist, report);
      await writeFile(stamp, sources);
    });
  });
  return dist;
}

/** Tests, and the message functions, which the build itself writes. */
export function isNoInput(path: string): boolean {
  return path.endsWith('.test.ts') || path === 'client/src/paraglide' || path === 'client/public/attention';
}

function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
