import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '@lectern/testbed';
import { afterEach, expect, it } from 'vitest';
import { checkProtocol, checkTarget } from './preflight.ts';

let server: Server;
afterEach(() => {
  server.close();
});

/** Something that answers every request with this status, and is no Lectern server. */
async function somethingElse(status: number): Promise<string> {
  server = createServer((_, response) => response.writeHead(status).end('<html></html>'));
  return listening();
}
/** Where the server listens from now on. */
async function listening(): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const refusal = async (check: Promise<void>): Promise<string> => {
  const error: unknown = await check.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).not.toContain('\n');
  return message;
};

it('says in one line that nothing answers there', async () => {
  const origin = await somethingElse(200);
  server.close();
  await once(server, 'close');
  expect(await refusal(checkTarget({ origin, token: 't' }, undefined))).toBe(
    `${origin} cannot be reached (ECONNREFUSED): see that the server runs, that --target is its address, and that this machine may reach it.`,
  );
});

it('says in one line that what answers there is no Lectern server', async () => {
  const origin = await somethingElse(404);
  expect(await refusal(checkTarget({ origin, token: 't' }, undefined))).toMatch(
    /is no Lectern server \(404 from \/readyz\)/,
  );
});

it('says in one line that no WebSocket comes through', async () => {
  const origin = await somethingElse(200);
  expect(await refusal(checkProtocol(origin, 2))).toContain('a proxy in front of it must pass WebSockets on');
});

it('says in one line where it is led to by a redirect, which would take the token off', async () => {
  server = createServer((_, response) => response.writeHead(308, { location: 'https://class.example.org/' }).end());
  const origin = await listening();
  expect(await refusal(checkTarget({ origin, token: 't' }, undefined))).toBe(
    `${origin} redirects to https://class.example.org: give that address as --target.`,
  );
});

it('leaves no connection of its own behind on the server', async () => {
  let closes = false;
  server = createServer().on('upgrade', ({ headers }, socket) => {
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const say = (text: string) => socket.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]));
    socket.on('data', (frame: Buffer) => {
      closes = frame[0] === 0x88;
      if (!closes) say('44{}');
      else socket.end(Buffer.from([0x88, 0]));
    });
    say('0{}');
  });
  await checkProtocol(await listening(), 2);
  expect(closes).toBe(true);
});
