import { availableParallelism } from 'node:os';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { configDefaults, defineConfig } from 'vitest/config';

/** Browser tests that lie beside what they try. */
const BROWSER_TESTS = '**/*.browser.test.ts';
/** They measure, if only a little: one at a time, as those in browsers. */
const LOAD_TESTS = 'loadtest/**/*.load.test.ts';
/** What a loaded machine needs, not what a test hopes for. */
const expect = { poll: { timeout: 10_000 } };
const exclude = [...configDefaults.exclude, '**/dist/**'];

export default defineConfig({
  test: {
    // Most of them wait for a process or a socket most of the time.
    maxWorkers: Math.min(12, Math.ceil(availableParallelism() * 1.5)),
    // Of one file, where they say that they may.
    maxConcurrency: 3,
    projects: [
      {
        // Classes of the client hold Svelte's reactive state.
        plugins: [svelte({ configFile: false })],
        test: {
          name: 'unit',
          include: ['{contracts,server,analytics,client,testbed,bench,loadtest}/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...exclude, BROWSER_TESTS, LOAD_TESTS],
          testTimeout: 60_000,
          expect,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['e2e/**/*.test.ts', BROWSER_TESTS, LOAD_TESTS],
          exclude,
          // Each file starts a product and browsers of its own: two at a time would measure each other.
          fileParallelism: false,
          testTimeout: 120_000,
          expect,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
