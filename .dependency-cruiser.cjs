const TESTS = '\\.test\\.ts$|/test-[^/]+\\.ts$';
const WORKSPACES = ['contracts', 'server', 'analytics', 'client', 'testbed', 'e2e', 'bench', 'loadtest'];

/**
 * The layering of the parts, as docs/architecture.md describes it. Test files may reach further: they stand outside.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other, if only for a type, are one module, or lack a third.',
      severity: 'error',
      from: { path: WORKSPACES.map((workspace) => `^${workspace}/|^scripts/`).join('|') },
      to: { circular: true },
    },
    {
      name: 'contracts-import-only-zod',
      comment: 'What crosses a boundary must load anywhere.',
      severity: 'error',
      from: { path: '^contracts/', pathNot: TESTS },
      to: { pathNot: '^contracts/|(^|/)node_modules/zod/' },
    },
    ...WORKSPACES.filter((workspace) => workspace !== 'contracts').map((workspace) => ({
      name: `${workspace}-imports-no-other-workspace`,
      comment: 'Workspaces meet in contracts. The browser tests, the figures and the load tests share the testbed.',
      severity: 'error',
      from: { path: `^${workspace}/` },
      to: {
        path: `^(${WORKSPACES.join('|')})/`,
        pathNot: `^(${[workspace, 'contracts', ...(['e2e', 'bench', 'loadtest'].includes(workspace) ? ['testbed'] : [])].join('|')})/`,
      },
    })),
    {
      name: 'classroom-does-no-io',
      comment: 'The rules of a class are pure: they are told, and they answer.',
      severity: 'error',
      from: { path: '^server/src/classroom/', pathNot: TESTS },
      to: { pathNot: '^server/src/classroom/|^contracts/|^(node:)?(crypto|events|util|assert)$' },
    },
    {
      name: 'only-media-imports-mediasoup',
      severity: 'error',
      // The labs measure mediasoup itself, beside the server's media and alone.
      from: { path: '^server/', pathNot: '^server/(src/media|lab/fanout|lab/floods|lab/memory)/' },
      to: { path: '(^|/)node_modules/mediasoup/|^mediasoup(/|$)' },
    },
    {
      name: 'only-the-analytics-store-imports-clickhouse',
      severity: 'error',
      from: { path: '^(analytics|server)/', pathNot: `^analytics/src/store/|${TESTS}` },
      to: { path: '(^|/)node_modules/(@clickhouse/client|chdb)|^(@clickhouse/client|chdb)(/|$)' },
    },
    {
      name: 'nothing-imports-a-composition',
      comment: 'main.ts composes and is started, never imported.',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { path: '^(server|analytics)/src/main\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^[^/]+/dist/|^client/src/paraglide/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'require', 'node', 'default', 'types', 'browser'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.svelte', '.json'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
