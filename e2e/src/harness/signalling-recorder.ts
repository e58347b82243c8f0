import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ServerMessage } from '@lectern/contracts';

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

const TEXT = 1;
/** From here on they are of the connection itself, such as a ping, and stand between the parts of a message. */
const FIRST_CONTROL = 8;

/** Reads what one end sends over a connection, once that has become a WebSocket (RFC 6455, without extensions). */
class Frames {
  #rest = Buffer.alloc(0);
  #state: 'head' | 'frames' | 'other' = 'head';
  #parts: Buffer[] = [];

  /** Takes the next bytes, and gives each text that is whole with them. */
  *take(bytes: Buffer): Generator<string> {
    if (this.#state === 'other') return;
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (this.#state === 'head' && !this.#takeHead()) return;
    for (let frame = frameAt(this.#rest); frame !== null; frame = frameAt(this.#rest)) {
      this.#rest = this.#rest.subarray(frame.bytes);
      if (frame.opcode >= FIRST_CONTROL) continue;
      if (frame.opcode === TEXT) this.#parts = [];
      this.#parts.push(frame.payload);
      if (frame.isLast) yield Buffer.concat(this.#parts).toString();
    }
  }

  /** False while the head of the first request or answer is not whole, and of a connection that is none of a WebSocket. */
  #takeHead(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const isWebSocket = /^upgrade: *websocket/im.test(this.#rest.toString('latin1', 0, end));
    this.#state = isWebSocket ? 'frames' : 'other';
    this.#rest = this.#rest.subarray(end + 4);
    return isWebSocket;
  }
}

/** The frame with which these bytes begin, all of it `bytes` long; null while it is not whole. */
function frameAt(bytes: Buffer) {
  if (bytes.length < 2) return null;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  // Of a client alone.
  const maskBytes = (second & 0x80) === 0 ? 0 : 4;
  const begins = 2 + lengthBytes + maskBytes;
  if (bytes.length < begins) return null;
  const size = lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  const ends = begins + size;
  if (bytes.length < ends) return null;
  const mask = bytes.subarray(begins - maskBytes, begins);
  const payload = Buffer.from(bytes.subarray(begins, ends));
  if (maskBytes > 0) payload.forEach((byte, n) => payload.writeUInt8(byte ^ mask.readUInt8(n % maskBytes), n));
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, bytes: ends };
}
