import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { requireFreePort } from './listen.ts';
import { CAN_SHARE_PORT, WideDoor } from './wide-door.ts';

const HOST = '127.0.0.1';

async function listening() {
  const server = createServer((_, response) => response.end('here'));
  await new Promise<void>((resolve) => {
    server.listen({ host: HOST, port: 0, reusePort: CAN_SHARE_PORT }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { server, port };
}

it('answers on every connection, whichever socket took it', async () => {
  const { server, port } = await listening();
  const door = await WideDoor.open(server, HOST, 64);
  const ask = () => fetch(`http://${HOST}:${port}/`, { headers: { connection: 'close' } }).then((got) => got.text());
  const answers = await Promise.all(Array.from({ length: 64 }, ask));
  expect(new Set(answers)).toEqual(new Set(['here']));
  door.close();
  server.close();
  server.closeAllConnections();
  await expect(ask()).rejects.toThrow('fetch failed');
});

it('leaves the port taken for everybody else, until it is closed', async () => {
  const { server, port } = await listening();
  const door = await WideDoor.open(server, HOST, 64);
  await expect(requireFreePort({ host: HOST, port })).rejects.toThrow('is taken by another program');
  door.close();
  await new Promise((resolve) => server.close(resolve));
  await requireFreePort({ host: HOST, port });
});
