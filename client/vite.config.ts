import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where `vite dev` finds a running Lectern: the default address of `npm start`. */
const LECTERN = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
      localStorageKey: 'lectern.language',
      emitTsDeclarations: true,
      disableAsyncLocalStorage: true,
      isServer: 'false',
    }),
    svelte(),
  ],
  build: {
    // The oldest browsers with light-dark(), oklch() and WebCodecs' neighbours; nothing is compiled down further.
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
    // The content policy allows no data: scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': LECTERN,
      '/healthz': LECTERN,
      '/attention': LECTERN,
      '/signal': { target: LECTERN, ws: true },
    },
  },
});
