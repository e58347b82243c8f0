import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { boundPipelining } from './pipelining.ts';

let app: FastifyInstance;
let handled: number;
beforeEach(async () => {
  handled = 0;
  app = Fastify();
  boundPipelining(app, 16);
  app.get('/', async () => {
    handled += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return 'answer';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

/** What comes back for so many requests that are written at once over one connection, the last asking for its end. */
async function pipelined(requests: number): Promise<string> {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let answers = '';
  socket.on('data', (data: string) => (answers += data)).on('error', () => undefined);
  const request = 'GET / HTTP/1.1\r\nHost: class.test\r\n\r\n';
  socket.write(request.repeat(requests - 1) + request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  // A reset is an error before it, and an end as good.
  await new Promise((resolve) => socket.once('close', resolve));
  return answers;
}

it('a connection may ask some things at once, again and again', async () => {
  for (let time = 0; time < 3; time += 1) {
    expect((await pipelined(16)).match(/200 OK/g)).toHaveLength(16);
  }
});

it('one that asks for thousands is closed, and what it asked is not looked for', async () => {
  await pipelined(4_500);
  expect(handled).toBeLessThanOrEqual(16);
  expect((await pipelined(2)).match(/200 OK/g)).toHaveLength(2);
});
