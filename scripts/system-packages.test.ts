import { describe, expect, it } from 'vitest';
import { ensureProgram, ensureSystemPackages, type NeededProgram, type PackageManager } from './system-packages.ts';

function manager(present: string[], root: boolean): PackageManager & { readonly installed: string[] } {
  const installed: string[] = [];
  return {
    root,
    installed,
    isInstalled: (name) => Promise.resolve(present.includes(name)),
    install: (names) => {
      installed.push(...names);
      return Promise.resolve();
    },
  };
}

describe('system packages', () => {
  it('are left alone when all are there', async () => {
    const apt = manager(['cmake', 'g++'], false);
    await ensureSystemPackages('building', ['cmake', 'g++'], apt);
    expect(apt.installed).toEqual([]);
  });

  it('are installed by root, and only those that are missing', async () => {
    const apt = manager(['cmake'], true);
    await ensureSystemPackages('building', ['cmake', 'g++', 'ninja-build'], apt);
    expect(apt.installed).toEqual(['g++', 'ninja-build']);
  });

  it('are named in one line to paste otherwise', async () => {
    const ensuring = ensureSystemPackages('building', ['cmake', 'g++', 'ninja-build'], manager(['cmake'], false));
    await expect(ensuring).rejects.toThrow(
      /^For building, run this, then start again: sudo apt-get install -y g\+\+ ninja-build$/,
    );
  });

  it('are named by their Debian names where there is no apt', async () => {
    await expect(ensureSystemPackages('building', ['cmake'], null)).rejects.toThrow(
      /^For building, install what these Debian packages hold, then start again: cmake$/,
    );
  });
});

describe('a program', () => {
  /** Chromium, there from the beginning or once its package is installed. */
  const chromium = (isThere: () => boolean): NeededProgram => ({
    package: 'chromium',
    isThere: () => Promise.resolve(isThere()),
    otherwise: 'Another one can be named with CHROME_BIN.',
  });

  it('that is there is asked of nobody, with or without apt', async () => {
    await ensureProgram(
      'the tests',
      chromium(() => true),
      null,
    );
    const apt = manager([], true);
    await ensureProgram(
      'the tests',
      chromium(() => true),
      apt,
    );
    expect(apt.installed).toEqual([]);
  });

  it('that is missing comes with its package', async () => {
    const apt = manager([], true);
    await ensureProgram(
      'the tests',
      chromium(() => apt.installed.includes('chromium')),
      apt,
    );
    expect(apt.installed).toEqual(['chromium']);
  });

  it('that cannot be had is named, with what helps', async () => {
    await expect(
      ensureProgram(
        'the tests',
        chromium(() => false),
        null,
      ),
    ).rejects.toThrow(
      /install what these Debian packages hold, then start again: chromium\nAnother one can be named with CHROME_BIN\.$/,
    );
    // Ubuntu has a package of that name that holds no browser.
    await expect(
      ensureProgram(
        'the tests',
        chromium(() => false),
        manager([], true),
      ),
    ).rejects.toThrow(/is not on the path\.\nAnother one/);
  });
});
