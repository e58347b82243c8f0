import { execFileSync } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadPrebuilt } from './prebuilt-worker.ts';

describe('the download of the prebuilt worker', () => {
  let directory: string;
  let server: Server;
  let url: string;
  let answer: { status: number; body: Buffer };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-prebuilt-'));
    server = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    url = `http://127.0.0.1:${address.port}/worker.tgz`;
  });
  afterEach(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });

  const archive = async (name: string): Promise<Buffer> => {
    await writeFile(join(directory, name), 'the program');
    return execFileSync('tar', ['-czf', '-', '-C', directory, name]);
  };

  it('unpacks the program and lets it be run', async () => {
    answer = { status: 200, body: await archive('mediasoup-worker') };
    await rm(join(directory, 'mediasoup-worker'));
    await downloadPrebuilt(url, join(directory, 'mediasoup-worker'));
    expect(await readFile(join(directory, 'mediasoup-worker'), 'utf8')).toBe('the program');
    await access(join(directory, 'mediasoup-worker'), constants.X_OK);
  });

  it('rejects when there is none for this machine', async () => {
    answer = { status: 404, body: Buffer.from('Not Found') };
    await expect(downloadPrebuilt(url, join(directory, 'mediasoup-worker'))).rejects.toThrow('answered 404');
  });

  it('rejects an archive that holds something else', async () => {
    answer = { status: 200, body: await archive('something-else') };
    await expect(downloadPrebuilt(url, join(directory, 'mediasoup-worker'))).rejects.toThrow(
      'not an archive with a worker',
    );
  });

  it('rejects when nobody answers', async () => {
    server.close();
    await expect(downloadPrebuilt(url, join(directory, 'mediasoup-worker'))).rejects.toThrow('did not answer');
  });
});
