import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names this release and this build of the web app: pages that were loaded from another one reload when they meet it. */
export async function clientBuild(clientDir: string | null, version: string): Promise<string> {
  // The page names every other file by its hash, so its own hash stands for the whole build.
  const page = clientDir === null ? null : await readFile(join(clientDir, 'index.html')).catch(() => null);
  if (page === null) return version;
  return `${version}+${createHash('sha256').update(page).digest('hex').slice(0, 12)}`;
}
