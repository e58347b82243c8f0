import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { waysOutOf } from './ways-out.ts';

const SOURCES = resolve(import.meta.dirname, '../..');

it('holds everything of the client to the one data channel, the one connection of signalling and the requests in http/', async () => {
  const entries = await readdir(SOURCES, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !/\.test\.ts$|^test-/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](paraglide|build)[\\/]/.test(path));
  expect(paths.length).toBeGreaterThan(100);
  const named = await Promise.all(
    paths.map(async (path) => waysOutOf(relative(SOURCES, path).replaceAll('\\', '/'), await readFile(path, 'utf8'))),
  );
  expect(named.flat()).toEqual([]);
});

it('finds each of them in whatever way it is used', () => {
  for (const code of [
    `fetch('/x')`,
    `globalThis['fetch']('/x')`,
    'const ask = fetch;',
    `new WebSocket('ws://x')`,
    `navigator.sendBeacon('/x', '')`,
    `navigator['sendBeacon']('/x', '')`,
    'class Two extends RTCPeerConnection {}',
    `peer.createDataChannel('x')`,
    `import { io } from 'socket.io-client';`,
  ]) {
    expect(waysOutOf('class-screens/any.ts', code), code).toHaveLength(1);
  }
  expect(
    waysOutOf('class-screens/any.ts', '// fetch(x)\nprefetch(x); isFetched; this.refetch(); /* new WebSocket(x) */'),
  ).toEqual([]);
});
