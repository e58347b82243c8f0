/** What a file under /attention/ is for. */
export const ASSET_ROLES = ['worker', 'landmarker-wasm', 'ort-wasm', 'landmarker-model', 'attention-model'] as const;
export type AssetRole = (typeof ASSET_ROLES)[number];

/** One served file, as the manifest names it. */
export interface AssetFile {
  readonly role: AssetRole;
  readonly name: string;
  readonly bytes: number;
  readonly brotliBytes: number;
  readonly sha256: string;
}

/** The complete set: one file for each role. */
export interface AssetSet {
  readonly files: ReadonlyMap<AssetRole, AssetFile>;
  /** What a first visit downloads, compressed. */
  readonly downloadBytes: number;
}

export interface LoadedAssets {
  readonly workerUrl: string;
  readonly landmarkerWasm: ArrayBuffer;
  readonly landmarkerModel: ArrayBuffer;
  readonly ortWasm: ArrayBuffer;
  readonly attentionModel: ArrayBuffer;
  /** First four bytes of the model's SHA-256 as an unsigned integer, for the datagram. */
  readonly modelTag: number;
}

/** Why the files cannot be had. `asset-missing`: this server serves no such file; `hash-refused`: not the file promised. */
export type AssetFailure = 'asset-missing' | 'download-failed' | 'hash-refused' | 'manifest-unreadable';

export class AssetError extends Error {
  readonly failure: AssetFailure;
  constructor(failure: AssetFailure, detail: string) {
    super(detail);
    this.name = 'AssetError';
    this.failure = failure;
  }
}

export interface AssetSource {
  /** Reads the manifest: small, and enough to show the size before anything else is loaded. */
  describe(signal?: AbortSignal): Promise<AssetSet>;
  /** Downloads one file after the other and checks each hash. `onProgress` counts compressed bytes, as in `downloadBytes`. */
  load(set: AssetSet, onProgress: (receivedBytes: number) => void, signal: AbortSignal): Promise<LoadedAssets>;
}

/** For so long what has arrived may keep the page's thread; then whatever waits for it has its turn. */
const AT_A_TIME_MS = 8;
const NAME = /^[a-z][a-z0-9-]*(\.[a-z0-9]+)+$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** The assets of our own origin. Every rejection is an `AssetError`, or the signal's abort reason. */
export function servedAssets(
  basePath = '/attention/',
  fetchFile: typeof fetch = (...args) => fetch(...args),
): AssetSource {
  return {
    async describe(signal) {
      const response = await fetchOk(fetchFile, `${basePath}manifest.json`, {
        signal: signal ?? null,
        cache: 'no-cache',
      });
      const manifest: unknown = await response.json().catch(() => null);
      return parseManifest(manifest);
    },
    async load(set, onProgress, signal) {
      const buffers = new Map<AssetRole, ArrayBuffer>();
      let doneBytes = 0;
      for (const role of ASSET_ROLES) {
        const file = fileOf(set, role);
        if (role === 'worker') continue;
        const startBytes = doneBytes;
        const buffer = await download(fetchFile, basePath, file, signal, (share) => {
          onProgress(startBytes + Math.round(share * file.brotliBytes));
        });
        doneBytes += file.brotliBytes;
        onProgress(doneBytes);
        buffers.set(role, buffer);
      }
      onProgress(set.downloadBytes);
      return collect(basePath, set, buffers);
    },
  };
}

/** True when the server has not all the files, so that nobody can take part; false when it cannot be asked. Never rejects. */
export async function lacksFiles(source: AssetSource = servedAssets()): Promise<boolean> {
  try {
    await source.describe();
    return false;
  } catch (error) {
    return error instanceof AssetError && error.failure !== 'download-failed';
  }
}

/** Throws `AssetError`: unreadable, or a role is missing (the detail names it and how to supply it). */
export function parseManifest(value: unknown): AssetSet {
  const list = isRecord(value) && value['version'] === 1 ? value['files'] : null;
  if (!Array.isArray(list)) throw new AssetError('manifest-unreadable', 'the manifest is not one of version 1');
  const files = new Map<AssetRole, AssetFile>();
  for (const entry of list) {
    const file = parseFile(entry);
    if (file === null || files.has(file.role))
      throw new AssetError('manifest-unreadable', 'a file of the manifest is malformed');
    files.set(file.role, file);
  }
  const missing = ASSET_ROLES.filter((role) => !files.has(role));
  if (missing.length > 0) throw new AssetError('asset-missing', `the server has no ${missing.join(', ')}`);
  return { files, downloadBytes: [...files.values()].reduce((sum, file) => sum + file.brotliBytes, 0) };
}

function parseFile(value: unknown): AssetFile | null {
  if (!isRecord(value)) return null;
  const { name, bytes, brotliBytes, sha256 } = value;
  const role = ASSET_ROLES.find((known) => known === value['role']);
  if (role === undefined || typeof name !== 'string' || !NAME.test(name)) return null;
  if (typeof sha256 !== 'string' || !SHA256.test(sha256) || !isSize(bytes) || !isSize(brotliBytes)) return null;
  return { role, name, bytes, brotliBytes, sha256 };
}

/** A file that is not what was promised is asked for once more, past the browser's cache: what lies there is kept for a year. */
async function download(
  fetchFile: typeof fetch,
  basePath: string,
  file: AssetFile,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<ArrayBuffer> {
  // Low priority: the stage's media and the signalling of the class come first.
  const ask = (cache: RequestCache): Promise<Response> =>
    fetchOk(fetchFile, basePath + file.name, { signal, cache, priority: 'low' });
  try {
    return await received(await ask('default'), file, signal, onShare);
  } catch (error) {
    if (!(error instanceof AssetError) || error.failure !== 'hash-refused') throw error;
    return received(await ask('reload'), file, signal, onShare);
  }
}

/** The response's bytes, once they are those of the file. */
async function received(
  response: Response,
  file: AssetFile,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(file.bytes);
  let length = 0;
  let sinceMs = performance.now();
  const reader = response.body?.getReader();
  if (reader === undefined) throw new AssetError('download-failed', `${file.name} came without a body`);
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw signal.aborted ? signal.reason : new AssetError('download-failed', `${file.name}: ${String(error)}`);
    });
    if (done) break;
    if (length + value.byteLength > file.bytes) {
      await reader.cancel();
      throw new AssetError('hash-refused', `${file.name} is longer than promised`);
    }
    bytes.set(value, length);
    length += value.byteLength;
    if (performance.now() - sinceMs >= AT_A_TIME_MS) {
      onShare(length / file.bytes);
      await nextTask();
      sinceMs = performance.now();
    }
  }
  const digest = toHex(await crypto.subtle.digest('SHA-256', bytes));
  if (length !== file.bytes || digest !== file.sha256) {
    throw new AssetError('hash-refused', `${file.name} is not the file that was promised`);
  }
  return bytes.buffer;
}

/** No timer: of a hidden page they are held back. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function fetchOk(fetchFile: typeof fetch, url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetchFile(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw init.signal.reason;
    throw new AssetError('download-failed', `${url}: ${String(error)}`);
  }
  if (response.status === 404) throw new AssetError('asset-missing', `${url} is not served here`);
  if (!response.ok) throw new AssetError('download-failed', `${url} answered ${String(response.status)}`);
  return response;
}

function collect(basePath: string, set: AssetSet, buffers: ReadonlyMap<AssetRole, ArrayBuffer>): LoadedAssets {
  const buffer = (role: AssetRole): ArrayBuffer => {
    const found = buffers.get(role);
    if (found === undefined) throw new AssetError('asset-missing', `${role} was not loaded`);
    return found;
  };
  return {
    workerUrl: basePath + fileOf(set, 'worker').name,
    landmarkerWasm: buffer('landmarker-wasm'),
    landmarkerModel: buffer('landmarker-model'),
    ortWasm: buffer('ort-wasm'),
    attentionModel: buffer('attention-model'),
    modelTag: Number.parseInt(fileOf(set, 'attention-model').sha256.slice(0, 8), 16),
  };
}

function fileOf(set: AssetSet, role: AssetRole): AssetFile {
  const file = set.files.get(role);
  if (file === undefined) throw new AssetError('asset-missing', `the server has no ${role}`);
  return file;
}

function toHex(buffer: ArrayBuffer): string {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
