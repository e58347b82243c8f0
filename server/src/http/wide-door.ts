import { createServer } from 'node:net';
import type { AddressInfo, ListenOptions, Server } from 'node:net';

/**
 * libuv takes one connection from each listening socket in each turn of the event loop. A turn takes some 10 ms while a class comes in at once:
 * behind one socket 2,000 people would stand in the kernel for ten seconds, those who teach among them, before anybody knows who they are.
 */
const LISTENERS = 16;

/** Listening sockets on one port share its connections where the kernel spreads them. */
export const CAN_SHARE_PORT = process.platform === 'linux';

/** More listening sockets on the port of a server that listens with `reusePort`; what they take is the server's. */
export class WideDoor {
  readonly #listeners: readonly Server[];

  private constructor(listeners: readonly Server[]) {
    this.#listeners = listeners;
  }

  /** Rejects where one cannot listen, with none left open. */
  static async open(server: Server, host: string, backlog: number): Promise<WideDoor> {
    const { port } = server.address() as AddressInfo;
    const door = new WideDoor(
      Array.from({ length: CAN_SHARE_PORT ? LISTENERS - 1 : 0 }, () => {
        const more = createServer({ noDelay: true });
        more.on('connection', (socket) => server.emit('connection', socket));
        return more;
      }),
    );
    try {
      await Promise.all(door.#listeners.map((more) => listening(more, { host, port, backlog, reusePort: true })));
    } catch (error) {
      door.close();
      throw error;
    }
    return door;
  }

  /** Takes no connection any more; those that were taken are the server's. */
  close(): void {
    for (const more of this.#listeners) more.close();
  }
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      // One connection that cannot be taken, for want of files say, is no end of the door.
      server.on('error', () => undefined);
      resolve();
    });
  });
}
