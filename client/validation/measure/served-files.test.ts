import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServedFiles } from './served-files.ts';

describe('files on the loopback', () => {
  let folder: string;
  let server: Server;
  let origin: string;
  let url: string;
  const files = new ServedFiles();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lectern-served-'));
    await writeFile(join(folder, 'ten.mp4'), '0123456789');
    url = files.urlOf(join(folder, 'ten.mp4'));
    server = createServer((request, response) => {
      void files.answer(request, response).then((isAnswered) => {
        if (!isAnswered) response.writeHead(403).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it.each([
    [undefined, 200, '0123456789', null],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
  ])('answer the range %s', async (range, status, body, contentRange) => {
    const response = await fetch(origin + url, range === undefined ? {} : { headers: { range } });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body);
    expect(response.headers.get('content-range')).toBe(contentRange);
  });

  it('are under no address but their own', async () => {
    const guessed = [
      '/recordings/0',
      `/recordings/${'0'.repeat(32)}/0`,
      `${url}0`,
      '/',
      url.replace('recordings', '..'),
    ];
    const answers = await Promise.all(guessed.map((path) => fetch(origin + path)));
    expect(answers.map(({ status }) => status)).toEqual(guessed.map(() => 403));
    expect(new ServedFiles().urlOf(join(folder, 'ten.mp4'))).not.toBe(url);
  });

  it('that are gone say why', async () => {
    const gone = await fetch(origin + files.urlOf(join(folder, 'gone.mp4')));
    expect(gone.status).toBe(404);
    expect(await gone.text()).toMatch(/no such file/);
  });
});
