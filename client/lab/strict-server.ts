import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Manifest } from '../src/attention/build/assemble-assets.ts';

/** A loopback server with the policies of the real one, for tests and measurements of the worker. */
export interface StrictServer {
  readonly origin: string;
  /** Paths asked for so far, with their query; what was refused as well. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** What the page of a lab or test is made of: its module's code and further files by exact path. */
export interface StrictPage {
  readonly script: string;
  readonly files?: ReadonlyMap<string, { readonly body: Buffer; readonly contentType: string }>;
  /** Answers what else the page may ask for; false when it is not among that. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

const TYPES: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm', json: 'application/json' };

/** Serves `/` with `script`, and the manifest's files by exact name under /attention/ with the worker's policy. */
export async function serveStrictly(assetsDir: string, manifest: Manifest, page: StrictPage): Promise<StrictServer> {
  const names = new Set(['manifest.json', ...manifest.files.map((file) => file.name)]);
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const url = request.url ?? '/';
    requests.push(url);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    void answer(url, request, response).catch(() => response.writeHead(500).end());
  });
  async function answer(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url === '/') {
      response.setHeader(
        'Content-Security-Policy',
        "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'",
      );
      send(response, 'text/html', '<!doctype html><title>lab</title><script type="module" src="/page.js"></script>');
    } else if (url === '/page.js') {
      send(response, 'text/javascript', page.script);
    } else if (page.files?.has(url) === true) {
      const file = page.files.get(url);
      send(response, file?.contentType ?? '', file?.body ?? '');
    } else if (url.startsWith('/attention/') && names.has(url.slice('/attention/'.length))) {
      const name = url.slice('/attention/'.length);
      const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      response.setHeader(
        'Content-Security-Policy',
        "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src 'none'; connect-src 'none'",
      );
      response.setHeader(
        'Cache-Control',
        name === 'manifest.json' ? 'no-cache' : 'public, max-age=31536000, immutable',
      );
      send(response, type, await readFile(join(assetsDir, name)));
    } else if ((await page.answer?.(request, response)) !== true) {
      response.writeHead(404).end();
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, contentType: string, body: string | Buffer): void {
  response.setHeader('Content-Type', contentType);
  response.end(body);
}
