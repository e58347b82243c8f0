import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
/** In the order of preference. */
const ENCODINGS = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;
/** A content hash in the name: `assets/index-B3x_9fQa.js` as the bundler writes it, `ort.0123456789ab.wasm` as the attention build does. */
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$|\.[0-9a-f]{12}\.\w+$/;

interface Variant {
  readonly path: string;
  readonly bytes: number;
}

/** One file as it can be served. */
export interface ShelvedFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Variant;
  readonly encoded: ReadonlyMap<'br' | 'gzip', Variant>;
}

/**
 * The files of one directory by their exact names ("assets/index-4f2a.js"), read once: nothing that was not there at the
 * start can be asked for, and no path leads out.
 */
export class FileShelf {
  readonly #files: ReadonlyMap<string, ShelvedFile>;

  private constructor(files: ReadonlyMap<string, ShelvedFile>) {
    this.#files = files;
  }

  /** Lists the directory; an absent one gives an empty shelf. */
  static async of(directory: string | null): Promise<FileShelf> {
    const files = new Map<string, ShelvedFile>();
    if (directory === null) return new FileShelf(files);
    const paths = await listFiles(directory);
    const known = new Set(paths);
    for (const path of paths) {
      if (ENCODINGS.some(({ ending }) => path.endsWith(ending) && known.has(path.slice(0, -ending.length)))) continue;
      files.set(relative(directory, path).split(sep).join('/'), await shelve(path, known));
    }
    return new FileShelf(files);
  }

  get names(): string[] {
    return [...this.#files.keys()];
  }

  find(name: string): ShelvedFile | undefined {
    return this.#files.get(name);
  }
}

/** Answers with the file, in the best encoding that the browser takes; hashed names are kept for ever. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, name: string, file: ShelvedFile): FastifyReply {
  reply.headers({
    'content-type': file.type,
    'cache-control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const chosen = ENCODINGS.find(
    ({ encoding }) => file.encoded.has(encoding) && accepts(request.headers['accept-encoding'], encoding),
  );
  const variant = (chosen && file.encoded.get(chosen.encoding)) ?? file.plain;
  if (chosen) reply.header('content-encoding', chosen.encoding);
  reply.header('content-length', variant.bytes);
  return request.method === 'HEAD' ? reply.send() : reply.send(createReadStream(variant.path));
}

function accepts(header: string | string[] | undefined, encoding: string): boolean {
  return String(header ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase().replaceAll(/\s/g, ''))
    .some((part) => part.startsWith(encoding) && /^(?:;q=(?!0(?:\.0*)?$).*)?$/.test(part.slice(encoding.length)));
}

async function listFiles(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function shelve(path: string, known: ReadonlySet<string>): Promise<ShelvedFile> {
  const encoded = new Map<'br' | 'gzip', Variant>();
  for (const { encoding, ending } of ENCODINGS) {
    if (known.has(path + ending)) encoded.set(encoding, await variantOf(path + ending));
  }
  const hash = createHash('sha256').update(await readFile(path));
  return {
    type: TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    etag: `"${hash.digest('base64url').slice(0, 22)}"`,
    plain: await variantOf(path),
    encoded,
  };
}

async function variantOf(path: string): Promise<Variant> {
  return { path, bytes: (await stat(path)).size };
}
