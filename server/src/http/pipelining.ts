import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Browsers and proxies wait for an answer before they ask again over the same HTTP/1.1 connection. */
const MOST_AT_ONCE = 16;

/** Ends connections that pipeline far more than anybody needs: their questions would stand before everybody else's. */
export function boundPipelining(app: FastifyInstance): void {
  const unanswered = new WeakMap<Socket, number>();
  const count = (socket: Socket, more: 1 | -1) => {
    const now = (unanswered.get(socket) ?? 0) + more;
    unanswered.set(socket, now);
    return now;
  };
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    reply.raw.once('close', () => count(socket, -1));
    if (count(socket, 1) <= MOST_AT_ONCE) {
      done();
      return;
    }
    if (!socket.destroyed) request.log.warn('a connection that pipelined far more than browsers do was closed');
    socket.destroy();
  });
}
