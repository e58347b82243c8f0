import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AssetError, type AssetFailure, type AssetSet } from '../../attention/assets.ts';
import { DownloadSize } from './download-size.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that fails as it is told to, and describes its files otherwise. */
function server(failure: AssetFailure | null) {
  const source = {
    failure,
    asked: 0,
    describe(): Promise<AssetSet> {
      source.asked++;
      return source.failure === null
        ? Promise.resolve({ files: new Map(), downloadBytes: 8 })
        : Promise.reject(new AssetError(source.failure, 'as told'));
    },
  };
  return source;
}

describe('the size of the download', () => {
  it('is asked for once', async () => {
    const source = server(null);
    const size = new DownloadSize(source);
    await size.ask();
    await size.ask();
    expect([size.bytes, source.asked]).toEqual([8, 1]);
  });

  it('is asked for again after a while where the server could not be reached', async () => {
    const source = server('download-failed');
    const size = new DownloadSize(source);
    await size.ask();
    await vi.advanceTimersByTimeAsync(14_000);
    expect(source.asked).toBe(1);
    source.failure = null;
    await vi.advanceTimersByTimeAsync(16_000);
    expect([size.bytes, source.asked]).toEqual([8, 2]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.asked).toBe(2);
  });

  it('is asked for at once with the next connection', async () => {
    const source = server('download-failed');
    const size = new DownloadSize(source);
    await size.ask();
    source.failure = null;
    await size.ask();
    expect(size.bytes).toBe(8);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.asked).toBe(2);
  });

  it('is not asked for again where the server has not all the files, nor after the end', async () => {
    const lacking = server('asset-missing');
    const size = new DownloadSize(lacking);
    await size.ask();
    await vi.advanceTimersByTimeAsync(60_000);
    await size.ask();
    expect(lacking.asked).toBe(1);

    const away = server('download-failed');
    const closed = new DownloadSize(away);
    await closed.ask();
    closed.close();
    await vi.advanceTimersByTimeAsync(60_000);
    await closed.ask();
    expect(away.asked).toBe(1);
  });
});
