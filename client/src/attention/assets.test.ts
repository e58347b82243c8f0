import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ASSET_ROLES, AssetError, parseManifest, servedAssets, type AssetRole } from './assets.ts';

const CONTENT = Object.fromEntries(ASSET_ROLES.map((role) => [role, Buffer.from(`the ${role} itself`)])) as Record<
  AssetRole,
  Buffer
>;

function manifest(change: (file: Record<string, unknown>) => Record<string, unknown> = (file) => file): unknown {
  const files = ASSET_ROLES.map((role) =>
    change({
      role,
      name: `${role}.0123456789ab.bin`,
      bytes: CONTENT[role].byteLength,
      brotliBytes: 10,
      sha256: createHash('sha256').update(CONTENT[role]).digest('hex'),
    }),
  );
  return { version: 1, files };
}

/** Answers like our server; `tamper` may change a body on its way. */
function serving(tamper: (role: string, body: Buffer) => Buffer | null = (_, body) => body) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const fetchFile: typeof fetch = (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    requests.push({ url, init });
    if (url.endsWith('manifest.json')) return Promise.resolve(Response.json(manifest()));
    const role = ASSET_ROLES.find((known) => url.includes(`/${known}.`))!;
    const body = tamper(role, CONTENT[role]);
    return Promise.resolve(body === null ? new Response(null, { status: 404 }) : new Response(new Uint8Array(body)));
  };
  return { requests, source: servedAssets('/attention/', fetchFile) };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof AssetError ? error.failure : String(error);
}

describe('assets', () => {
  it('loads one file after the other with low priority and never the worker, and reports all of the promised size', async () => {
    const { requests, source } = serving();
    const set = await source.describe();
    expect(set.downloadBytes).toBe(50);
    const progress: number[] = [];
    const loaded = await source.load(set, (bytes) => progress.push(bytes), new AbortController().signal);
    expect(Buffer.from(loaded.attentionModel)).toEqual(CONTENT['attention-model']);
    expect(loaded.workerUrl).toBe('/attention/worker.0123456789ab.bin');
    const hash = createHash('sha256').update(CONTENT['attention-model']).digest();
    expect(loaded.modelTag).toBe(hash.readUInt32BE(0));
    expect(requests.slice(1).map(({ url }) => url)).toEqual(
      ASSET_ROLES.slice(1).map((role) => `/attention/${role}.0123456789ab.bin`),
    );
    expect(requests.slice(1).every(({ init }) => init?.priority === 'low')).toBe(true);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(50);
  });

  it('refuses a file whose hash is not the promised one, shorter and longer ones too', async () => {
    for (const change of [
      (body: Buffer) => Buffer.from(body.toString().replace('itself', 'forged')),
      (body: Buffer) => body.subarray(1),
      (body: Buffer) => Buffer.concat([body, body]),
    ]) {
      const { source } = serving((role, body) => (role === 'ort-wasm' ? change(body) : body));
      const set = await source.describe();
      expect(await failureOf(source.load(set, () => undefined, new AbortController().signal))).toBe('hash-refused');
    }
  });

  it('asks once more, past the cache, for a file that came wrong', async () => {
    let asked = 0;
    const { requests, source } = serving((role, body) =>
      role === 'ort-wasm' && asked++ === 0 ? body.subarray(1) : body,
    );
    const set = await source.describe();
    const loaded = await source.load(set, () => undefined, new AbortController().signal);
    expect(Buffer.from(loaded.ortWasm)).toEqual(CONTENT['ort-wasm']);
    const caches = requests.flatMap(({ url, init }) => (url.includes('/ort-wasm.') ? [init?.cache] : []));
    expect(caches).toEqual(['default', 'reload']);
  });

  it('says which file is missing', async () => {
    const { source } = serving((role, body) => (role === 'landmarker-model' ? null : body));
    const set = await source.describe();
    expect(await failureOf(source.load(set, () => undefined, new AbortController().signal))).toBe('asset-missing');
    const without = {
      version: 1,
      files: (manifest() as { files: { role: string }[] }).files.filter((file) => file.role !== 'landmarker-model'),
    };
    expect(() => parseManifest(without)).toThrow('landmarker-model');
  });

  it('refuses a manifest that is not one, names that lead elsewhere included', () => {
    for (const value of [
      null,
      {},
      { version: 2, files: [] },
      manifest((file) => ({ ...file, name: '../x.js' })),
      manifest((file) => ({ ...file, name: 'a.js?leak=1' })),
      manifest((file) => ({ ...file, sha256: 'x' })),
      manifest((file) => ({ ...file, bytes: -1 })),
      manifest((file) => ({ ...file, role: 'worker' })),
    ]) {
      expect(() => parseManifest(value)).toThrow(AssetError);
    }
  });

  it('tells an aborted download from a failed one', async () => {
    const { source } = serving();
    const set = await source.describe();
    const abort = new AbortController();
    const failing = servedAssets('/attention/', () => Promise.reject(new TypeError('no network')));
    expect(await failureOf(failing.describe())).toBe('download-failed');
    abort.abort(new Error('stopped'));
    const aborted = servedAssets('/attention/', () => Promise.reject(new DOMException('aborted', 'AbortError')));
    expect(await failureOf(aborted.load(set, () => undefined, abort.signal))).toBe('Error: stopped');
  });
});
