import { expect, it } from 'vitest';
import { isFromThisMachine } from './same-machine.ts';

const HERE = '192.168.1.5';
const request = (hostname: string, remoteAddress: string, headers = {}) =>
  isFromThisMachine({ hostname, headers, socket: { remoteAddress, localAddress: HERE } });

it('knows this machine by a name that means no other', () => {
  for (const name of ['localhost', '127.0.0.1', '[::1]']) expect(request(name, '127.0.0.1')).toBe(true);
});

it('knows this machine by its own address in the LAN', () => {
  expect(request(HERE, HERE)).toBe(true);
});

it('takes neither a neighbour in the LAN nor what a proxy passes on for this machine', () => {
  expect(request(HERE, '192.168.1.6')).toBe(false);
  expect(request('class.example.org', HERE, { 'x-forwarded-for': '203.0.113.9' })).toBe(false);
  expect(request('class.example.org', HERE, { forwarded: 'for=203.0.113.9' })).toBe(false);
});
