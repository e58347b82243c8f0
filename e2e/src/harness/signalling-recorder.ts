import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A message as a page sent it. */
export interface SaidMessage {
  readonly type: string;
  readonly body: unknown;
}

/** Stands in front of a product: all passes unchanged, and what each seat says over signalling is written down. */
export class SignallingRecorder {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #said = new Map<string, SaidMessage[]>();

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
    return [...this.#said.keys()];
  }

  /** What this seat has said so far, over however many connections; empty where it never came. */
  saidBy(seatId: string): readonly SaidMessage[] {
    return this.#said.get(seatId) ?? [];
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(page: Socket, product: Socket): void {
    const frames = new ClientFrames();
    let said: SaidMessage[] | null = null;
    page.on('data', (bytes) => {
      for (const text of frames.take(bytes)) {
        // A connection to the default namespace (40), then events with the number of their question (42).
        if (text.startsWith('40{')) said = this.#listOf(JSON.parse(text.slice(2)) as { seatId: string });
        const event = /^42\d+(\[.*)$/s.exec(text)?.[1];
        if (event !== undefined) said?.push((JSON.parse(event) as [string, SaidMessage])[1]);
      }
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

  #listOf({ seatId }: { readonly seatId: string }): SaidMessage[] {
    const list = this.#said.get(seatId) ?? [];
    this.#said.set(seatId, list);
    return list;
  }
}

const TEXT = 1;
/** From here on they are of the connection itself, such as a ping, and stand between the parts of a message. */
const FIRST_CONTROL = 8;
const MASK_BYTES = 4;

/** Reads the messages that a client sends over one connection, once that has become a WebSocket (RFC 6455, without extensions). */
class ClientFrames {
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

  /** False while the head of the first request is not whole, and of a connection that is none of a WebSocket. */
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
  const begins = 2 + lengthBytes + MASK_BYTES;
  if (bytes.length < begins) return null;
  const size = lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  const ends = begins + size;
  if (bytes.length < ends) return null;
  const mask = bytes.subarray(begins - MASK_BYTES, begins);
  const payload = Buffer.from(bytes.subarray(begins, ends));
  for (let n = 0; n < payload.length; n++) payload.writeUInt8(payload.readUInt8(n) ^ mask.readUInt8(n % MASK_BYTES), n);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, bytes: ends };
}
