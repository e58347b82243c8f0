import { LecternError, linkSchema } from '@lectern/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OfflineError } from './offline-error.ts';
import { request } from './request.ts';

function answer(status: number, body: unknown): ReturnType<typeof vi.fn<typeof fetch>> {
  const fetching = vi.fn<typeof fetch>(() =>
    Promise.resolve(new Response(body === undefined ? null : JSON.stringify(body), { status })),
  );
  vi.stubGlobal('fetch', fetching);
  return fetching;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('request', () => {
  it('parses the answer by its schema', async () => {
    answer(200, { url: 'https://lectern.example/x', expiresAt: '2026-03-02T09:00:00Z' });
    await expect(request('POST', '/api/x', { schema: linkSchema })).resolves.toMatchObject({
      url: 'https://lectern.example/x',
    });
  });

  it('refuses an answer of another form', async () => {
    answer(200, { url: 1 });
    await expect(request('POST', '/api/x', { schema: linkSchema })).rejects.toThrow();
  });

  it('sends JSON with every change, so that no other site can', async () => {
    const fetching = answer(204, undefined);
    await request('DELETE', '/api/session');
    expect(fetching.mock.calls[0]?.[1]).toMatchObject({ body: '{}', headers: { 'content-type': 'application/json' } });
  });

  it('rejects with what the server says, and when to try again', async () => {
    answer(503, { code: 'class-full', message: 'full', retryAfterMs: 1200 });
    const error = await request('POST', '/api/join/x').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LecternError);
    expect(error).toMatchObject({ code: 'class-full', retryAfterMs: 1200 });
  });

  it('says that the server cannot be reached when nothing or something else answers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    await expect(request('GET', '/api/session')).rejects.toBeInstanceOf(OfflineError);
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })));
    await expect(request('GET', '/api/session')).rejects.toBeInstanceOf(OfflineError);
  });
});
