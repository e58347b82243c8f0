import { LecternError, wireErrorSchema } from '@lectern/contracts';
import { OfflineError } from './offline-error.ts';

/** What a schema of the contracts offers: the client parses every answer once, here. */
interface Schema<T> {
  parse(value: unknown): T;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One request to our own server. Rejects with LecternError when the server says why, OfflineError when it cannot be
 * reached or something that is not Lectern answers. The answer is parsed with `schema`; without one it is dropped.
 */
export async function request<T>(
  method: Method,
  path: string,
  options: { body?: unknown; schema: Schema<T>; signal?: AbortSignal },
): Promise<T>;
export async function request(
  method: Method,
  path: string,
  options?: { body?: unknown; signal?: AbortSignal },
): Promise<void>;
export async function request<T>(
  method: Method,
  path: string,
  options: { body?: unknown; schema?: Schema<T>; signal?: AbortSignal } = {},
): Promise<T | undefined> {
  const response = await send(method, path, options);
  if (!response.ok) throw await readError(response);
  return options.schema?.parse(await response.json());
}

async function send(
  method: Method,
  path: string,
  options: { body?: unknown; signal?: AbortSignal },
): Promise<Response> {
  const body = options.body === undefined ? (method === 'GET' ? undefined : {}) : options.body;
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new OfflineError(error);
  }
}

async function readError(response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = wireErrorSchema.safeParse(body);
  if (!parsed.success) return new OfflineError(new Error(`HTTP ${String(response.status)} without an error body`));
  const { code, retryAfterMs } = parsed.data;
  return new LecternError(code, retryAfterMs === undefined ? {} : { retryAfterMs });
}
