import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Ends connections that pipeline more than `mostAtOnce`: their questions would stand before everybody else's. Browsers and proxies wait for an
 * answer before they ask again over the same HTTP/1.1 connection.
 */
export function boundPipelining(app: FastifyInstance, mostAtOnce: number): void {
  const unanswered = new WeakMap<Socket, number>();
  const count = (socket: Socket, more: 1 | -1) => {
    const now = (unanswered.get(socket) ?? 0) + more;
    unanswered.set(socket, now);
    return now;
  };
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    reply.raw.once('close', () => count(socket, -1));
    if (count(socket, 1) <= mostAtOnce) {
      done();
      return;
    }
    if (!socket.destroyed) request.log.warn('a connection that pipelined far more than browsers do was closed');
    socket.destroy();
  });
}
