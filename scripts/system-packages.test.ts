import { describe, expect, it } from 'vitest';
import { ensureSystemPackages, type PackageManager } from './system-packages.ts';

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
