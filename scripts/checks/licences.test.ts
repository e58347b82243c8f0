import { describe, expect, it } from 'vitest';
import { isAllowed } from './licence-expression.ts';
import { noticesOf, shippedPaths, withoutText } from './licences.ts';

describe('a licence', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT', '(MIT AND (GPL-2.0 OR ISC))'])(
    '%s is allowed',
    (licence) => {
      expect(isAllowed(licence)).toBe(true);
    },
  );

  it.each(['', 'GPL-3.0-only', 'MIT AND GPL-3.0', 'SEE LICENSE IN LICENSE', '(MIT', 'MIT)', 'MIT WITH exception'])(
    '%j is not allowed',
    (licence) => {
      expect(isAllowed(licence)).toBe(false);
    },
  );
});

describe('third-party notices', () => {
  it('cover what the shipped workspaces need, however deep and wherever it lies, and no development tool', () => {
    const packages = {
      '': {},
      server: { dependencies: { fastify: '5', '@lectern/contracts': '*' } },
      'node_modules/@lectern/contracts': { link: true, resolved: 'contracts' },
      contracts: { dependencies: { zod: '4' } },
      'node_modules/zod': { version: '4.0.0' },
      'node_modules/fastify': { version: '5.0.0', dependencies: { ajv: '8' } },
      'node_modules/ajv': { version: '6.0.0' },
      'node_modules/fastify/node_modules/ajv': { version: '8.0.0', dependencies: { '@scope/deep': '1' } },
      'node_modules/@scope/deep': { version: '1.0.0' },
      'node_modules/vitest': { version: '5.0.0' },
    };
    expect(shippedPaths(packages)).toEqual([
      'node_modules/@scope/deep',
      'node_modules/fastify/node_modules/ajv',
      'node_modules/fastify',
      'node_modules/zod',
    ]);
  });

  it('cover a builder whose code is in the app, without what it builds with', () => {
    const packages = {
      client: { dependencies: {} },
      'node_modules/builder': { version: '1.0.0', dependencies: { parser: '1' } },
      'node_modules/parser': { version: '1.0.0' },
    };
    expect(shippedPaths(packages, ['builder'])).toEqual(['node_modules/builder']);
  });

  it('lack a text where neither the package nor the one whose binaries it is has any', () => {
    const plain = { version: '1.0.0', licence: 'MIT' };
    const packages = [
      { ...plain, name: 'a', texts: ['Permission is granted.'] },
      { ...plain, name: 'a-linux', texts: [], binariesOf: 'a' },
      { ...plain, name: 'b', texts: [] },
      { ...plain, name: 'b-linux', texts: [], binariesOf: 'b' },
    ];
    expect(withoutText(packages).map(({ name }) => name)).toEqual(['b', 'b-linux']);
  });

  it('print a text once for all that it covers', () => {
    const notices = noticesOf([
      { name: 'a', version: '1.0.0', licence: 'MIT', texts: ['Permission is granted.'] },
      { name: 'b', version: '2.0.0', licence: 'MIT', texts: ['Permission is granted.'] },
    ]);
    expect(notices.match(/Permission is granted\./g)).toHaveLength(1);
    expect(notices).toContain('a 1.0.0, b 2.0.0');
  });
});
