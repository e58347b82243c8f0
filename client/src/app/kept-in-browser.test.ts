import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const CLIENT = join(import.meta.dirname, '../..');
/** Names of channels between windows: nothing is kept under them. */
const CHANNELS = ['lectern.class', 'lectern.pacing', 'lectern.teaching'];

async function namesInSource(): Promise<string[]> {
  const names = new Set<string>();
  for await (const path of glob(['src/**/*.{ts,svelte}', 'vite.config.ts'], { cwd: CLIENT })) {
    if (path.endsWith('.test.ts') || path.startsWith('src/paraglide')) continue;
    const source = await readFile(join(CLIENT, path), 'utf8');
    for (const [, name = ''] of source.matchAll(/['"`](lectern\.[a-z-]+)/g)) names.add(name);
  }
  return [...names].filter((name) => !CHANNELS.includes(name)).sort();
}

it('docs/privacy.md lists everything that the browser keeps', async () => {
  const page = await readFile(join(CLIENT, '../docs/privacy.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(lectern\.[a-z-]+)(?:\.…)?` \|/gm)].map(([, name = '']) => name);
  expect(listed.sort()).toEqual(await namesInSource());
});
