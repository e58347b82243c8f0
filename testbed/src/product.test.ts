import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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

it('in a group of its own is beyond a Ctrl-C, and ends once whoever started it is killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-product-'));
  const program = `
    process.on('SIGINT', () => undefined);
    const { Product } = await import(${JSON.stringify(join(import.meta.dirname, 'product.ts'))});
    const product = await Product.start({ dataDir: ${JSON.stringify(dataDir)}, ownGroup: true });
    console.log(product.processId, product.url);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(starter, 'exit');
  let server = 0;
  try {
    const [line] = (await once(createInterface({ input: starter.stdout }), 'line')) as [string];
    const [pid = '', url = ''] = line.split(' ');
    server = Number(pid);
    const isThere = async () => (await runningProcesses()).some((each) => each.pid === server);
    // As a terminal does, to all of its group.
    process.kill(-starter.pid!, 'SIGINT');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    starter.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
    await expect.poll(isThere).toBe(false);
    server = 0;
  } finally {
    starter.kill('SIGKILL');
    if (server !== 0) process.kill(server, 'SIGKILL');
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
});
