import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ServerMessage } from '@lectern/contracts';
import { Frames } from './websocket-frames.ts';

/** A message as a page sent it. */
export interface SaidMessage {
  readonly type: string;
  readonly body: unknown;
}

interface Talk {
  readonly said: SaidMessage[];
  readonly told: ServerMessage[];
}

/** Stands in front of a product: all passes unchanged, and what each seat says and is told over signalling is written down. */
export class SignallingRecorder {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #talks = new Map<string, Talk>();

  private constructor(server: Server, hostname: string, port: string) {
    this.#server = server;
    this.url = `http://${hostname}:${(server.address() as AddressInfo).port}`;
    server.on('connection', (page: Socket) => {
      this.#pass(page, connect(Number(port), hostname));
    });
  }

  static async inFrontOf(url: string): Promise<SignallingRecorder> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    server.listen(0, hostname);
    await once(server, 'listening');
    return new SignallingRecorder(server, hostname, port);
  }

  /** Who connected, in the order of their first connections. */
  get seatIds(): string[] {
    return [...this.#talks.keys()];
  }

  /** What this seat has said so far, over however many connections; empty where it never came. */
  saidBy(seatId: string): readonly SaidMessage[] {
    return this.#talks.get(seatId)?.said ?? [];
  }

  /** What it was told, answers left out. */
  toldTo(seatId: string): readonly ServerMessage[] {
    return this.#talks.get(seatId)?.told ?? [];
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(page: Socket, product: Socket): void {
    let talk: Talk | null = null;
    readTexts(page, (text) => {
      // A connection to the default namespace (40), then events with the number of their question (42).
      if (text.startsWith('40{')) talk = this.#talkOf(JSON.parse(text.slice(2)) as { seatId: string });
      const event = /^42\d+(\[.*)$/s.exec(text)?.[1];
      if (event !== undefined) talk?.said.push((JSON.parse(event) as ['message', SaidMessage])[1]);
    });
    readTexts(product, (text) => {
      if (!text.startsWith('42[')) return;
      const [, ...messages] = JSON.parse(text.slice(2)) as ['message', ...ServerMessage[]];
      talk?.told.push(...messages);
    });
    page.pipe(product).pipe(page);
    for (const socket of [page, product]) {
      this.#sockets.add(socket);
      // Either end may break off: so does the other then.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        page.destroy();
        product.destroy();
      });
    }
  }

  #talkOf({ seatId }: { readonly seatId: string }): Talk {
    const talk = this.#talks.get(seatId) ?? { said: [], told: [] };
    this.#talks.set(seatId, talk);
    return talk;
  }
}

/** Calls `take` with each text that comes from this end once the connection has become a WebSocket. */
function readTexts(socket: Socket, take: (text: string) => void): void {
  const frames = new Frames();
  socket.on('data', (bytes) => {
    for (const text of frames.take(bytes)) take(text);
  });
}
