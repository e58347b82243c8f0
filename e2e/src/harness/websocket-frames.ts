/** One frame of a WebSocket, unmasked. */
interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** Of the frame on the wire. */
  readonly bytes: number;
}

const TEXT = 1;
/** From here on they are of the connection itself, such as a ping, and stand between the parts of a message. */
const FIRST_CONTROL = 8;

/** Reads what one end sends over a connection, once that has become a WebSocket (RFC 6455, without extensions). */
export class Frames {
  #rest = Buffer.alloc(0);
  #state: 'head' | 'frames' | 'other';
  #parts: Buffer[] = [];

  /** `frames` where the head is not among the bytes. */
  constructor(from: 'head' | 'frames' = 'head') {
    this.#state = from;
  }

  /** Bytes of what is not whole yet. */
  get restBytes(): number {
    return this.#rest.byteLength;
  }

  /** Takes the next bytes, and gives each frame that is whole with them. */
  *takeAll(bytes: Buffer): Generator<Frame> {
    if (this.#state === 'other') return;
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (this.#state === 'head' && !this.#takeHead()) return;
    for (let frame = frameAt(this.#rest); frame !== null; frame = frameAt(this.#rest)) {
      this.#rest = this.#rest.subarray(frame.bytes);
      yield frame;
    }
  }

  /** Takes the next bytes, and gives each text that is whole with them. */
  *take(bytes: Buffer): Generator<string> {
    for (const frame of this.takeAll(bytes)) {
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
function frameAt(bytes: Buffer): Frame | null {
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
