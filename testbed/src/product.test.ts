import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { below, runningProcesses } from './processes.ts';
import { Product } from './product.ts';

describe('a product that does not start', () => {
  let temporary: string;
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'lectern-product-'));
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true, force: true });
  });
  const servers = async (): Promise<readonly string[]> =>
    below([process.pid], await runningProcesses())
      .map(({ command }) => command)
      .filter((command) => command.includes('server/src/main.ts'));

  it('in time is ended, and its data directory removed', async () => {
    await expect(Product.start({ startTimeoutMs: 1 })).rejects.toThrow('did not get ready in time');
    expect(await servers()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('because it refuses leaves no data directory either', async () => {
    const misspelt = Product.start({ environment: { LECTERN_HTTP_PROT: '1' } });
    await expect(misspelt).rejects.toThrow('LECTERN_HTTP_PROT');
    expect(await readdir(temporary)).toEqual([]);
  });
});
