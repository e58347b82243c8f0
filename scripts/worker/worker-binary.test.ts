import { describe, expect, it, vi } from 'vitest';
import { firstWorker, type WorkerSources } from './worker-binary.ts';
import { prebuiltUrl } from './prebuilt-worker.ts';

function sources(given: Partial<Record<keyof WorkerSources, string | null>>): WorkerSources {
  return {
    given: vi.fn(() => Promise.resolve(given.given ?? null)),
    cached: vi.fn(() => Promise.resolve(given.cached ?? null)),
    prebuilt: vi.fn(() => Promise.resolve(given.prebuilt ?? null)),
    built: vi.fn(() => Promise.resolve(given.built ?? 'built')),
  };
}

describe('the worker binary', () => {
  it('is the given one, and nothing else is looked at', async () => {
    const all = sources({ given: 'given', cached: 'cached', prebuilt: 'prebuilt' });
    expect(await firstWorker(all)).toBe('given');
    expect(all.cached).not.toHaveBeenCalled();
  });

  it('is the cached one before anything is fetched', async () => {
    const all = sources({ cached: 'cached', prebuilt: 'prebuilt' });
    expect(await firstWorker(all)).toBe('cached');
    expect(all.prebuilt).not.toHaveBeenCalled();
  });

  it('is the prebuilt one before anything is built', async () => {
    const all = sources({ prebuilt: 'prebuilt' });
    expect(await firstWorker(all)).toBe('prebuilt');
    expect(all.built).not.toHaveBeenCalled();
  });

  it('is built when it cannot be had otherwise', async () => {
    expect(await firstWorker(sources({}))).toBe('built');
  });

  it('does not hide that the given one cannot be run', async () => {
    const all = { ...sources({ cached: 'cached' }), given: () => Promise.reject(new Error('cannot be run')) };
    await expect(firstWorker(all)).rejects.toThrow('cannot be run');
  });
});

describe('the address of the prebuilt worker', () => {
  it('names the kernel on Linux, as mediasoup does', () => {
    const machine = { platform: 'linux', arch: 'x64', release: '6.1.0-31-amd64' };
    expect(prebuiltUrl('3.27.1', null, machine)).toMatch(
      /\/3\.27\.1\/mediasoup-worker-3\.27\.1-linux-x64-kernel6\.tgz$/,
    );
  });

  it('names none elsewhere, and follows the mirror that is set', () => {
    const machine = { platform: 'darwin', arch: 'arm64', release: '24.0.0' };
    expect(prebuiltUrl('3.27.1', 'https://mirror.example/ms', machine)).toBe(
      'https://mirror.example/ms/3.27.1/mediasoup-worker-3.27.1-darwin-arm64.tgz',
    );
  });
});
