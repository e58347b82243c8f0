import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureDependencies, satisfies } from './dependencies.mjs';
import type { runNpm } from './npm.mjs';
import { SetUpError } from './step.mjs';

const wanted = {
  packages: {
    '': {},
    server: { version: '0.1.0' },
    'node_modules/@lectern/server': { link: true },
    'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
};
const installed = {
  packages: {
    'node_modules/@lectern/server': { link: true },
    'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
  },
};

describe('installed packages', () => {
  it('satisfy the lockfile when all but another platform’s are there', () => {
    expect(satisfies(installed, wanted)).toBe(true);
  });

  it('do not when one is missing', () => {
    expect(satisfies({ packages: { 'node_modules/@lectern/server': { link: true } } }, wanted)).toBe(false);
  });

  it('do not when one has another content', () => {
    const changed = {
      packages: { ...installed.packages, 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-x' } },
    };
    expect(satisfies(changed, wanted)).toBe(false);
  });

  it('do not when npm recorded nothing', () => {
    expect(satisfies({}, wanted)).toBe(false);
  });
});

describe('installing packages', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lectern-packages-'));
    vi.stubEnv('XDG_CACHE_HOME', join(root, 'cache'));
    await writeFile(join(root, 'package-lock.json'), JSON.stringify(wanted));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true });
  });

  const record = async (content: object): Promise<void> => {
    await mkdir(join(root, 'node_modules'), { recursive: true });
    await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify(content));
  };

  it('takes what a build needs whatever the environment leaves out, and is done once', async () => {
    const npm = vi.fn<typeof runNpm>(() => record(installed));
    await ensureDependencies(root, npm);
    await ensureDependencies(root, npm);
    expect(npm).toHaveBeenCalledOnce();
    expect(npm.mock.calls[0]?.[0]).toEqual(expect.arrayContaining(['ci', '--include=dev', '--ignore-scripts']));
  });

  it('is not taken for done when npm left something out', async () => {
    const lacking = vi.fn<typeof runNpm>(() => record({ packages: {} }));
    await expect(ensureDependencies(root, lacking)).rejects.toThrow(/did not install all .*omit/);
    await expect(ensureDependencies(root, lacking)).rejects.toThrow(SetUpError);
    expect(lacking).toHaveBeenCalledTimes(2);
  });

  it('is done once by two set-ups at the same time', async () => {
    const npm = vi.fn<typeof runNpm>(() => record(installed));
    await Promise.all([ensureDependencies(root, npm), ensureDependencies(root, npm)]);
    expect(npm).toHaveBeenCalledOnce();
  });
});
