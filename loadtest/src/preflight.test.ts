import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { UsageError } from './command-line.ts';
import { checkProtocol, checkTarget } from './preflight.ts';

let server: Server;
afterEach(() => {
  server.close();
});

/** Something that answers every request with this status, and is no Lectern server. */
async function somethingElse(status: number): Promise<string> {
  server = createServer((_, response) => response.writeHead(status).end('<html></html>'));
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
  expect(await refusal(checkTarget({ origin, token: 't' }))).toBe(
    `${origin} cannot be reached (ECONNREFUSED): see that the server runs, that --target is its address, and that this machine may reach it.`,
  );
});

it('says in one line that what answers there is no Lectern server', async () => {
  const origin = await somethingElse(404);
  expect(await refusal(checkTarget({ origin, token: 't' }))).toMatch(/is no Lectern server \(404 from \/readyz\)/);
});

it('says in one line that no WebSocket comes through', async () => {
  const origin = await somethingElse(200);
  expect(await refusal(checkProtocol(origin, 2))).toContain('a proxy in front of it must pass WebSockets on');
});
