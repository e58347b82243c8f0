import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const STAMP = /<meta name="lectern-build" content="([0-9a-f]{12})"/;

/** Names this release and this build of the web app, as stamped into its page: pages of another one reload when they meet it. */
export async function clientBuild(clientDir: string | null, version: string): Promise<string> {
  const page = clientDir === null ? '' : await readFile(join(clientDir, 'index.html'), 'utf8').catch(() => '');
  const stamp = STAMP.exec(page)?.[1];
  return stamp === undefined ? version : `${version}+${stamp}`;
}
