import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPython, requirePython } from './python.ts';

describe('the Python to use', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-python-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  /** A folder with a python3 that ends with this code whatever it is given to run. */
  const endsWith = async (code: number): Promise<string> => {
    const folder = join(directory, `ends-with-${code}`);
    await mkdir(folder);
    await writeFile(join(folder, 'python3'), `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
    return folder;
  };

  it('is the first that has NumPy, whatever stands before it on the path', async () => {
    const [without, having] = [await endsWith(1), await endsWith(0)];
    const path = ['/nowhere', without, having].join(delimiter);
    expect(await findPython({ PATH: path })).toBe(join(having, 'python3'));
  });

  it('is refused with the package to install where there is none', async () => {
    const environment = { PATH: await endsWith(1) };
    expect(await findPython(environment)).toBeNull();
    await expect(requirePython(environment)).rejects.toThrow('apt-get install python3-numpy');
  });
});
