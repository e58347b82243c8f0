import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { udpPortOwner } from './udp-port-owner.ts';

const socket = createSocket('udp4');
afterEach(() => socket.close());

it('finds the process that has a port, and no other', async () => {
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  expect(await udpPortOwner(port, [process.ppid, process.pid])).toBe(process.pid);
  expect(await udpPortOwner(port, [process.ppid])).toBeNull();
  expect(await udpPortOwner(port === 1 ? 2 : port - 1, [process.pid])).toBeNull();
});
