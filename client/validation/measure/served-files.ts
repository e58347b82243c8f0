import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Files that the pages of this run may read, each under an address that nobody else can guess. */
export class ServedFiles {
  readonly #secret = randomBytes(16).toString('hex');
  readonly #paths: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** The address of a file. */
  urlOf(path: string): string {
    let number = this.#numbers.get(path);
    if (number === undefined) {
      number = this.#paths.push(path) - 1;
      this.#numbers.set(path, number);
    }
    return `/recordings/${this.#secret}/${number}`;
  }

  /** Answers with the file, or the range of it that is asked for; false for any other address. A file that cannot be read: 404 with why. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [, folder, secret, number] = (request.url ?? '').split('/');
    const path = folder === 'recordings' && secret === this.#secret ? this.#paths[Number(number)] : undefined;
    if (path === undefined) return false;
    let size: number;
    try {
      ({ size } = await stat(path));
    } catch (error) {
      response.writeHead(404).end(messageOf(error));
      return true;
    }
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Accept-Ranges', 'bytes');
    const range = rangeOf(request.headers.range, size);
    if (range === 'beyond') {
      response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
      return true;
    }
    const { from, to } = range ?? { from: 0, to: size - 1 };
    const partial = range === null ? {} : { 'Content-Range': `bytes ${from}-${to}/${size}` };
    if (size === 0) {
      response.writeHead(200, { 'Content-Length': 0 }).end();
      return true;
    }
    await send(path, from, to, response, partial);
    return true;
  }
}

async function send(
  path: string,
  from: number,
  to: number,
  response: ServerResponse,
  partial: Readonly<Record<string, string>>,
): Promise<void> {
  const stream = createReadStream(path, { start: from, end: to });
  try {
    await new Promise((resolve, reject) => {
      stream.once('open', resolve);
      stream.once('error', reject);
    });
  } catch (error) {
    response.writeHead(404).end(messageOf(error));
    return;
  }
  response.writeHead('Content-Range' in partial ? 206 : 200, { ...partial, 'Content-Length': to - from + 1 });
  // A reader that turns away is no failure.
  await pipeline(stream, response).catch(() => undefined);
}

/** One range of bytes, both ends included; null when the whole is meant. */
function rangeOf(header: string | undefined, size: number): { from: number; to: number } | 'beyond' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return from > to ? 'beyond' : { from, to };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
