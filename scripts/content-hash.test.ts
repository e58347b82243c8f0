import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isNoInput } from './assets/client-build.ts';
import { treeHash } from './content-hash.ts';

describe('the hash of sources, by which a step is skipped', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lectern-hash-'));
    await mkdir(join(root, 'client/src/paraglide'), { recursive: true });
    await writeFile(join(root, 'client/src/main.ts'), 'one');
    await writeFile(join(root, 'client/index.html'), '<!doctype html>');
  });
  afterEach(() => rm(root, { recursive: true }));
  const hash = (): Promise<string> => treeHash(root, ['client/index.html', 'client/src', 'client/absent'], isNoInput);

  it('stays while nothing changes', async () => {
    expect(await hash()).toBe(await hash());
  });

  it('changes with a content, a name and a new file', async () => {
    const hashes = new Set([await hash()]);
    await writeFile(join(root, 'client/src/main.ts'), 'two');
    hashes.add(await hash());
    await rename(join(root, 'client/src/main.ts'), join(root, 'client/src/start.ts'));
    hashes.add(await hash());
    await writeFile(join(root, 'client/src/other.ts'), '');
    hashes.add(await hash());
    expect(hashes.size).toBe(4);
  });

  it('does not change with tests and with what the build writes itself', async () => {
    const before = await hash();
    await writeFile(join(root, 'client/src/main.test.ts'), 'a test');
    await writeFile(join(root, 'client/src/paraglide/messages.js'), 'generated');
    expect(await hash()).toBe(before);
  });
});
