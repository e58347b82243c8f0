import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ClassThere } from './class-there.ts';

const MADE = { classId: 'a-class', joinCode: 'abcd-efgh-ijkl' };
let body = {};
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.end(JSON.stringify(body));
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

it('says of a class that it was removed once its link leads nowhere, and asks that once in five seconds', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const there = new ClassThere(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const look = async (times: number) => {
    for (let time = 0; time < times; time += 1) await there.look();
    return there.wasRemoved;
  };
  expect(await look(10)).toBe(false);
  there.tell(MADE);
  expect([await look(10), asked]).toEqual([false, Array(2).fill(`/api/join/${MADE.joinCode}`)]);
  // Whatever else stands in front of it, or is wrong, says nothing of it.
  body = { code: 'not-found' };
  expect(await look(5)).toBe(false);
  body = { code: 'link-wrong' };
  expect([await look(4), await look(1)]).toEqual([false, true]);
  there.tell(null);
  expect(there.made).toBeNull();
});
