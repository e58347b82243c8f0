import { describe, expect, it } from 'vitest';
import { satisfies } from './dependencies.mjs';

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
