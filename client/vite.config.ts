import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Where `vite dev` finds a running Lectern: the default address of `npm start`. */
const LECTERN = 'http://127.0.0.1:8080';

/** Keys of one file of the catalogue: each is a module of its own after compilation. */
function messageKeys(file: string): Set<string> {
  const text = readFileSync(new URL(`messages/en/${file}.json`, import.meta.url), 'utf8');
  return new Set(Object.keys(JSON.parse(text) as Record<string, unknown>));
}

const SHARED_WORDS = messageKeys('shared').union(messageKeys('errors'));
/** Without those of the operator's page, which stand with it: whoever comes to a door never reads them. */
const PAGE_WORDS = new Set([...messageKeys('pages')].filter((key) => !key.startsWith('operator_')));
const BASE =
  /src[\\/](app|http)[\\/]|design[\\/](Button|Field|IconButton|Note|Skeleton|Spinner|toasts|Toasts)\b|@lucide[\\/]svelte[\\/]dist[\\/](?!icons)/;

/** Hundreds of messages and small components would become dozens of tiny files: those that most pages need stand together. */
function sharedPart(moduleId: string): string | null {
  const name = basename(moduleId, '.js');
  if (/paraglide[\\/]messages[\\/]/.test(moduleId))
    return SHARED_WORDS.has(name) ? 'base' : PAGE_WORDS.has(name) ? 'pages' : null;
  if (/src[\\/]paraglide[\\/]/.test(moduleId) || BASE.test(moduleId))
    return moduleId.includes('App.svelte') ? null : 'base';
  return /pages[\\/](Brand|DoorFrame|LanguageChoice)\b/.test(moduleId) ? 'pages' : null;
}

/** Stamps the build into the page: its files are named by their content, so their names stand for all of it. */
function buildStamp(): Plugin {
  return {
    name: 'lectern-build-stamp',
    transformIndexHtml: {
      order: 'post',
      handler(_page, { bundle }) {
        if (bundle === undefined) return [];
        const content = createHash('sha256')
          .update(Object.keys(bundle).toSorted().join('\n'))
          .digest('hex')
          .slice(0, 12);
        return [{ tag: 'meta', attrs: { name: 'lectern-build', content }, injectTo: 'head' }];
      },
    },
  };
}

export default defineConfig({
  plugins: [
    buildStamp(),
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['custom-device', 'preferredLanguage', 'baseLocale'],
      emitTsDeclarations: true,
      disableAsyncLocalStorage: true,
      isServer: 'false',
    }),
    svelte(),
  ],
  build: {
    // The oldest browsers with light-dark() and oklch(); nothing is compiled down further.
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
    // The content policy allows no data: scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: sharedPart }] } },
    },
  },
  server: {
    proxy: {
      '/api': LECTERN,
      '/readyz': LECTERN,
      '/attention': LECTERN,
      '/signal': { target: LECTERN, ws: true },
    },
  },
});
