import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from './chromium.ts';

describe('the Chromium to use', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-chromium-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const program = async (name: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, '', { mode: 0o755 });
    return path;
  };

  it('is the one that is named, before any other', async () => {
    await program('chromium');
    const named = await program('my-own');
    expect(await findChromium({ CHROME_BIN: named, PATH: directory })).toBe(named);
  });

  it('is refused when the one that is named cannot be run', async () => {
    const missing = join(directory, 'missing');
    await expect(findChromium({ CHROME_BIN: missing })).rejects.toThrow(`CHROME_BIN=${missing} cannot be run`);
  });

  it('is found on the path by its usual names, Chromium itself first', async () => {
    const chrome = await program('google-chrome');
    const path = ['/nowhere', directory].join(delimiter);
    expect(await findChromium({ PATH: path })).toBe(chrome);
    const chromium = await program('chromium');
    expect(await findChromium({ PATH: path })).toBe(chromium);
  });
});
