import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { PAGES } from '@lectern/contracts';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Campus } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';
import { visionHealth } from './vision-health.ts';

const SCRIPT = 'assets/index-B3x_9fQa.js';
const WORKER = 'worker.0123456789ab.js';
const CODE = 'export const answer = 42;\n'.repeat(50);

describe('pages and files', () => {
  let campus: Campus;
  let visitor: Visitor;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-pages-'));
    const clientDir = join(directory, 'client');
    const attentionDir = join(directory, 'attention');
    await mkdir(join(clientDir, 'assets'), { recursive: true });
    await mkdir(attentionDir);
    await writeFile(join(directory, 'secret.txt'), 'secret');
    await writeFile(join(clientDir, 'index.html'), '<!doctype html><title>Lectern</title>');
    await writeFile(join(clientDir, 'icon-maskable.svg'), '<svg/>');
    await writeFile(join(clientDir, SCRIPT), CODE);
    await writeFile(join(clientDir, `${SCRIPT}.br`), brotliCompressSync(CODE));
    await writeFile(join(clientDir, `${SCRIPT}.gz`), gzipSync(CODE));
    await writeFile(join(attentionDir, 'manifest.json'), '{"version":1,"files":[]}');
    await writeFile(join(attentionDir, WORKER), CODE);
    await writeFile(join(attentionDir, `${WORKER}.br`), brotliCompressSync(CODE));
    await writeFile(join(attentionDir, 'ort.0123456789ab.wasm'), 'wasm');
    await writeFile(join(attentionDir, 'attention.0123456789ab.onnx'), 'onnx');
    campus = await Campus.open({ config: { clientDir, attentionDir } });
    visitor = campus.visitor();
  }, 60_000);
  afterAll(async () => {
    await campus.close();
    await rm(directory, { recursive: true });
  });

  const get = (url: string, headers: Record<string, string> = {}) => visitor.send('GET', url, undefined, headers);

  /** Over a real connection: the path goes out as it is written. */
  async function status(method: string, path: string): Promise<number | undefined> {
    const { port } = campus.app.server.address() as AddressInfo;
    const request = httpRequest({ host: '127.0.0.1', port, method, path });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  }

  describe('the page', () => {
    it('is the answer to every address that a link may lead to', async () => {
      for (const path of Object.values(PAGES)) {
        const response = await get(path.replaceAll(/:\w+/g, 'anything'), { accept: 'text/html' });
        expect(response.statusCode, path).toBe(200);
        expect(response.body).toContain('<title>Lectern</title>');
        expect(response.headers['cache-control']).toBe('no-cache');
      }
    });

    it('answers a mistyped address with 404, for people in the app and for programs as an error', async () => {
      const page = await get('/no/such/page', { accept: 'text/html,*/*' });
      expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect((await get('/no/such/page')).json()).toMatchObject({ code: 'not-found' });
      for (const url of ['/api/nothing', '/assets/nothing.js', '/attention/nothing.js']) {
        expect((await get(url, { accept: 'text/html' })).json(), url).toMatchObject({ code: 'not-found' });
      }
    });

    it('lets nothing run or load but our own, and nobody frame it', async () => {
      const { headers } = await get('/');
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain(`default-src 'none'; script-src 'self'; style-src 'self'`);
      for (const part of [`connect-src 'self'`, `worker-src 'self'`, `frame-ancestors 'none'`, `base-uri 'none'`]) {
        expect(policy).toContain(part);
      }
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      expect(headers['permissions-policy']).toContain('camera=(self), microphone=(self), display-capture=(self)');
      expect(headers['permissions-policy']).toContain('geolocation=()');
      expect(headers['strict-transport-security']).toBeUndefined();
    });

    it('says what to do when the app was not built', async () => {
      const bare = await Campus.open();
      const response = await bare.visitor().send('GET', '/c/aaaa-bbbb-cccc');
      expect([response.statusCode, response.body]).toEqual([503, expect.stringContaining('npm start')]);
      await bare.close();
    }, 90_000);
  });

  describe('files', () => {
    it('come in the best encoding that the browser takes', async () => {
      const brotli = await get(`/${SCRIPT}`, { 'accept-encoding': 'gzip, deflate, br, zstd' });
      expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
      expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(CODE);
      const gzip = await get(`/${SCRIPT}`, { 'accept-encoding': 'br;q=0, gzip;q=0.5' });
      expect(gzip.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(gzip.rawPayload).toString()).toBe(CODE);
      const plain = await get(`/${SCRIPT}`);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body).toBe(CODE);
      expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8');
    });

    it('are kept for ever when a hash is in their name, and asked for again otherwise', async () => {
      expect((await get(`/${SCRIPT}`)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
      const icon = await get('/icon-maskable.svg');
      expect(icon.headers['cache-control']).toBe('no-cache');
      const again = await get('/icon-maskable.svg', { 'if-none-match': icon.headers.etag ?? '' });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    });

    it('are found by their exact names: no path leads out, and the variants are not names', async () => {
      for (const url of [
        '/../secret.txt',
        '/%2e%2e/secret.txt',
        '/assets/../../secret.txt',
        '/assets/..%2f..%2fsecret.txt',
        '/attention/../secret.txt',
        '/attention/%2e%2e/secret.txt',
        '/attention/..%2fsecret.txt',
        `/${SCRIPT}.br`,
        `/attention/${WORKER}.br`,
        '/assets/',
        '/assets',
        '/attention/',
      ]) {
        const response = await get(url);
        expect(response.statusCode, url).toBe(404);
        expect(response.body).not.toContain('secret');
      }
    });
  });

  describe('/attention/', () => {
    it('serves the worker with a policy that leaves it no network', async () => {
      const { headers, statusCode } = await get(`/attention/${WORKER}`);
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        'content-security-policy': `default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src 'none'; connect-src 'none'`,
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
    });

    it('names no place in that policy from which anything could be loaded, whatever the request says of its host', async () => {
      for (const host of ['lan-name:8443', `x; script-src *`]) {
        const { headers } = await get(`/attention/${WORKER}`, { host });
        const sources = String(headers['content-security-policy']).match(/(?<=-src )[^;]+/g);
        expect(new Set(sources), host).toEqual(new Set([`'none'`, `'wasm-unsafe-eval'`]));
      }
    });

    it('has the right types, and asks again for the manifest only', async () => {
      const wasm = await get('/attention/ort.0123456789ab.wasm');
      expect(wasm.headers).toMatchObject({ 'content-type': 'application/wasm' });
      expect(wasm.headers['cache-control']).toContain('immutable');
      const model = await get('/attention/attention.0123456789ab.onnx');
      expect(model.headers['content-type']).toBe('application/octet-stream');
      const manifest = await get('/attention/manifest.json');
      expect(manifest.headers['cache-control']).toBe('no-cache');
    });

    it('refuses any query, any other spelling and any other method: no address carries data', async () => {
      await campus.app.listen({ host: '127.0.0.1', port: 0 });
      expect(await status('GET', `/attention/${WORKER}`)).toBe(200);
      for (const path of [
        `/attention/${WORKER}?`,
        `/attention/${WORKER}?data=0.86`,
        `/attention/${WORKER};data=0.86`,
        `/attention/${WORKER}/`,
        `/attention/${WORKER}/extra`,
        `/attention//${WORKER}`,
        `/attention/./${WORKER}`,
        `/attention/x/../${WORKER}`,
        `/attention/${WORKER.toUpperCase()}`,
        `/attention/%77orker.0123456789ab.js`,
        `/attention/data-in-a-name.js`,
      ]) {
        expect(await status('GET', path), path).toBe(404);
      }
      for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']) {
        expect(await status(method, `/attention/${WORKER}`), method).not.toBe(200);
      }
    });
  });

  describe('the vision part of /readyz', () => {
    let log: string[];
    let nowMs: number;
    const vision = (folder: string | null) =>
      visionHealth(folder, pino({}, { write: (line) => void log.push(line) }), () => nowMs);
    /** Asks when the files are looked at again. */
    const later = (health: ReturnType<typeof vision>) => {
      nowMs += 5_000;
      return health();
    };
    beforeEach(() => {
      log = [];
      nowMs = 0;
    });

    it('says what is missing and how to supply it', async () => {
      const set = join(directory, 'vision');
      await mkdir(set);
      const health = vision(set);
      expect(await vision(null)()).toMatchObject({ status: 'missing' });
      expect((await later(health)).detail).toContain('LECTERN_ASSETS');
      const roles = ['worker', 'landmarker-wasm', 'ort-wasm', 'attention-model'];
      const manifest = (all: string[]) =>
        writeFile(
          join(set, 'manifest.json'),
          JSON.stringify({ version: 1, files: all.map((role) => ({ role, name: role })) }),
        );
      for (const role of [...roles, 'landmarker-model']) await writeFile(join(set, role), '');
      await manifest(roles);
      expect((await later(health)).detail).toContain('Missing: landmarker-model');
      await manifest([...roles, 'landmarker-model']);
      expect(await later(health)).toEqual({ status: 'ok' });
      await rm(join(set, 'worker'));
      expect(await later(health)).toMatchObject({ status: 'missing' });
    });

    it('has its reason in the log, once for as long as it stays the same', async () => {
      const nowhere = join(directory, 'nowhere');
      const health = vision(nowhere);
      await later(health);
      await later(health);
      expect(log).toHaveLength(1);
      expect(log[0]).toContain('ENOENT');
      expect(log[0]).toContain(nowhere);
      await mkdir(nowhere);
      await writeFile(join(nowhere, 'manifest.json'), '{"files":[]}');
      await later(health);
      expect(log).toHaveLength(2);
      expect(log[1]).toContain('Missing: worker');
      await rm(nowhere, { recursive: true });
      await later(health);
      expect(log).toHaveLength(3);
    });

    it('is looked at once in five seconds, however many ask', async () => {
      const set = join(directory, 'looked-at');
      await mkdir(set);
      const health = vision(set);
      const before = await health();
      await rm(set, { recursive: true });
      nowMs += 4_999;
      expect(await health()).toBe(before);
      expect(log).toHaveLength(1);
      expect(await later(health)).not.toBe(before);
    });

    it('tells nobody where the files lie', async () => {
      const { detail } = await vision(join(directory, 'nowhere'))();
      expect(detail).toContain('npm run setup');
      expect(detail).not.toContain('/');
    });
  });
});
