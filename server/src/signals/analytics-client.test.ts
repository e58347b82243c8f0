import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { classIdSchema, contributorIdSchema } from '@lectern/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { AnalyticsUnavailable, createAnalyticsClient } from './analytics-client.ts';

describe('the analytics client', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function clientOf(answer: RequestListener) {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return createAnalyticsClient(() => ({ url: `http://127.0.0.1:${port}`, token: 'the-token' }));
  }
  const json = (status: number, body: unknown): RequestListener => {
    return (_request, response) => response.writeHead(status).end(JSON.stringify(body));
  };
  const classId = classIdSchema.parse(randomUUID());
  const row = {
    classId,
    contributorId: contributorIdSchema.parse(randomUUID()),
    window: 0,
    score: 0.5,
    modelTag: 1,
  };

  it('brings the token and the rows', async () => {
    let seen = {};
    const client = await clientOf((request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        seen = { authorization: request.headers.authorization, url: request.url, body: JSON.parse(body) as unknown };
        response.end(JSON.stringify({ verdicts: ['stored'] }));
      });
    });
    expect(await client.ingest([row])).toEqual(['stored']);
    expect(seen).toEqual({ authorization: 'Bearer the-token', url: '/v1/signals', body: { rows: [row] } });
  });

  it.each([
    ['an error', json(500, { code: 'internal' })],
    ['an answer of another form', json(200, { verdicts: ['perhaps'] })],
    ['fewer verdicts than rows', json(200, { verdicts: [] })],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['a broken connection', (request) => request.socket.destroy()],
  ] satisfies [string, RequestListener][])('takes %s for analytics being away', async (_name, answer) => {
    const client = await clientOf(answer);
    await expect(client.ingest([row])).rejects.toThrow(AnalyticsUnavailable);
  });

  it('gives up on a process that hangs', async () => {
    const client = await clientOf(() => undefined);
    await expect(client.pacing(classId, 10)).rejects.toThrow(AnalyticsUnavailable);
  });

  it('says so when there is no process to ask', async () => {
    await expect(createAnalyticsClient(() => null).health()).rejects.toThrow('is not running');
  });

  it('takes a failing store’s word for an answer', async () => {
    const failing = { status: 'failing', store: 'chdb', version: '1', detail: 'no space' };
    expect(await (await clientOf(json(503, failing))).health()).toEqual(failing);
  });
});
