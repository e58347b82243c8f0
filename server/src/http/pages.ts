import { LecternError, PAGES } from '@lectern/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FileShelf, sendFile } from './file-shelf.ts';
import { setPagePolicy, setWorkerPolicy } from './security-headers.ts';

const INDEX = 'index.html';
const NOT_BUILT =
  'The web app is not built. Start Lectern with "npm start", or set LECTERN_CLIENT_DIR to the directory of the built app.\n';

/** The web app: its files by their exact names, and its page for every address that a link may lead to. */
export async function addPages(app: FastifyInstance, clientDir: string | null): Promise<void> {
  const shelf = await FileShelf.of(clientDir);
  for (const name of shelf.names) {
    if (name === INDEX) continue;
    app.get(`/${encodeURI(name)}`, (request, reply) => {
      const file = shelf.find(name);
      if (!file) throw new LecternError('not-found');
      return sendFile(request, reply, name, file);
    });
  }
  const sendPage = (request: FastifyRequest, reply: FastifyReply) => {
    setPagePolicy(reply);
    const page = shelf.find(INDEX);
    if (!page) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    return sendFile(request, reply, INDEX, page);
  };
  for (const path of Object.values(PAGES)) app.get(path, sendPage);
  app.setNotFoundHandler((request, reply) => {
    const error = new LecternError('not-found');
    reply.code(error.status);
    // Somebody who mistyped an address reads in the app that there is nothing; a program gets the wire's error.
    if (isNavigation(request) && shelf.find(INDEX)) return sendPage(request, reply);
    return reply.header('cache-control', 'no-store').send(error.toWire());
  });
}

function isNavigation({ method, headers, url }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html') && !/^\/(?:api|attention|assets)\//.test(url);
}

/**
 * The files of the on-device pipeline: exact names, GET, and no query, so that nothing here answers to data in an address even where
 * a browser did not keep to the worker's policy. Gives the names served.
 */
export async function addAttentionFiles(app: FastifyInstance, attentionDir: string | null): Promise<string[]> {
  const shelf = await FileShelf.of(attentionDir);
  app.route({
    method: 'GET',
    exposeHeadRoute: false,
    url: '/attention/*',
    handler: (request, reply) => {
      const name = request.url.slice('/attention/'.length);
      const file = shelf.find(name);
      if (!file) throw new LecternError('not-found');
      setWorkerPolicy(reply);
      return sendFile(request, reply, name, file);
    },
  });
  return shelf.names;
}
