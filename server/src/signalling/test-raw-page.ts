import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { PROTOCOL_VERSION, SIGNALLING_PATH } from '@lectern/contracts';
import type { Seat } from '@lectern/contracts';

/** A page down to the bytes: a TCP socket that speaks WebSocket, Engine.IO and socket.io by hand, and may stop reading. */
export class TestRawPage {
  readonly socket: Socket;
  /** The payload of each frame that came, oldest first. */
  readonly frames: string[] = [];
  /** Everything that came over TCP, in bytes. */
  received = 0;
  closed = false;
  #buffer = Buffer.alloc(0);
  #upgraded = false;

  constructor(url: string, seat: Seat) {
    const { hostname, port } = new URL(url);
    const { classId, seatId, seatSecret } = seat;
    this.socket = connect(Number(port), hostname);
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
    });
    this.socket.on('data', (bytes: Buffer) => {
      this.received += bytes.length;
      this.#buffer = Buffer.concat([this.#buffer, bytes]);
      this.#read();
    });
    this.socket.write(
      [
        `GET ${SIGNALLING_PATH}/?EIO=4&transport=websocket HTTP/1.1`,
        `Host: ${hostname}:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
    this.#hello = `40${JSON.stringify({ protocol: PROTOCOL_VERSION, classId, seatId, seatSecret })}`;
  }

  readonly #hello: string;

  /** Sends one frame of text, or of another kind: 9 is a ping, 10 a pong. */
  write(payload: string, opcode = 1): void {
    const bytes = Buffer.from(payload);
    const mask = randomBytes(4);
    const head =
      bytes.length < 126 ? Buffer.from([0x80 | opcode, 0x80 | bytes.length]) : Buffer.from([0x80 | opcode, 0xfe, 0, 0]);
    if (head.length === 4) head.writeUInt16BE(bytes.length, 2);
    this.socket.write(Buffer.concat([head, mask, bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]));
  }

  /** The bodies of the server's messages that came so far. */
  messages(): { type: string }[] {
    return this.frames
      .filter((frame) => frame.startsWith('42'))
      .flatMap(
        (frame) => (JSON.parse(frame.slice(2)) as [string, ...{ type: string }[]]).slice(1) as { type: string }[],
      );
  }

  close(): void {
    this.socket.destroy();
  }

  #read(): void {
    if (!this.#upgraded) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#upgraded = true;
      this.#buffer = this.#buffer.subarray(end + 4);
      this.write(this.#hello);
    }
    for (let frame = this.#frame(); frame !== null; frame = this.#frame()) {
      if (frame.opcode !== 1) continue;
      const text = frame.payload.toString();
      // Engine.IO asks whether anybody is there.
      if (text === '2') this.write('3');
      else this.frames.push(text);
    }
  }

  #frame(): { opcode: number; payload: Buffer } | null {
    const buffer = this.#buffer;
    if (buffer.length < 2) return null;
    const short = (buffer[1] ?? 0) & 0x7f;
    const headBytes = { 126: 4, 127: 10 }[short] ?? 2;
    if (buffer.length < headBytes) return null;
    const size = headBytes === 2 ? short : headBytes === 4 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
    if (buffer.length < headBytes + size) return null;
    this.#buffer = buffer.subarray(headBytes + size);
    return { opcode: (buffer[0] ?? 0) & 0x0f, payload: buffer.subarray(headBytes, headBytes + size) };
  }
}
