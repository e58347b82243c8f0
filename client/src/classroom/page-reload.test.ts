import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isOtherBuild, reloadIfOlder } from './page-reload.ts';

const OWN = '0123456789ab';
const NEWER = 'ba9876543210';
const reload = vi.fn();

/** A page of the build `own`, and a server that answers as `serve` does. */
function page(own: string | null, serve: () => Promise<Response>): void {
  const kept = new Map<string, string>();
  vi.stubGlobal('document', { querySelector: () => (own === null ? null : { content: own }) });
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('removeEventListener', () => undefined);
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal('fetch', serve);
}

const serving = (build: string) => () =>
  Promise.resolve(new Response(`<head><meta name="lectern-build" content="${build}"></head>`));

beforeEach(() => {
  vi.useFakeTimers();
  reload.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a page whose part could not be loaded', () => {
  it('is loaded anew when the server has a newer one', async () => {
    page(OWN, serving(NEWER));
    await reloadIfOlder();
    expect(reload).toHaveBeenCalledOnce();
  });

  it('is not loaded anew again and again', async () => {
    page(OWN, serving(NEWER));
    await reloadIfOlder();
    await reloadIfOlder();
    expect(reload).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(61_000);
    await reloadIfOlder();
    expect(reload).toHaveBeenCalledTimes(2);
  });

  it.each(['getItem', 'setItem'] as const)(
    'stays where the browser refuses %s, so that it does not go round and round',
    async (refused) => {
      page(OWN, serving(NEWER));
      vi.stubGlobal('sessionStorage', {
        getItem: () => null,
        setItem: () => undefined,
        [refused]: () => {
          throw new DOMException('full', 'QuotaExceededError');
        },
      });
      await reloadIfOlder();
      expect(reload).not.toHaveBeenCalled();
    },
  );

  it('stays when it is of the build that is served, and when the network is away or something else answers', async () => {
    page(OWN, serving(OWN));
    await reloadIfOlder();
    page(OWN, () => Promise.reject(new TypeError('Failed to fetch')));
    await reloadIfOlder();
    page(OWN, () => Promise.resolve(new Response('<h1>Sign in to this network</h1>')));
    await reloadIfOlder();
    expect(reload).not.toHaveBeenCalled();
  });
});

describe('isOtherBuild', () => {
  it('knows the own build from what is stamped into the page, not from the first that it hears of', () => {
    page(OWN, serving(OWN));
    expect(isOtherBuild(`0.1.0+${OWN}`)).toBe(false);
    expect(isOtherBuild(`0.2.0+${NEWER}`)).toBe(true);
  });

  it('knows nothing of a page without a stamp', () => {
    page(null, serving(NEWER));
    expect(isOtherBuild(`0.1.0+${NEWER}`)).toBe(false);
  });
});
