import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDataDirectory } from './data-directory.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'lectern-data-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

it('is made with all above it, for its owner alone', async () => {
  const directory = join(parent, 'a', 'b');
  (await openDataDirectory(directory)).close();
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

it('is refused below a file, and where nothing can be made', async () => {
  writeFileSync(join(parent, 'file'), '');
  await expect(openDataDirectory(join(parent, 'file', 'data'))).rejects.toThrow('is not a directory');
  await expect(openDataDirectory('/proc/lectern/data')).rejects.toThrow('set LECTERN_DATA_DIR to another place');
});
