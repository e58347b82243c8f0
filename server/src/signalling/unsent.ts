import type { IncomingMessage } from 'node:http';

/** A WebSocket's connection as the engine below socket.io has it. */
export interface Wire {
  readonly request: IncomingMessage;
  on(event: 'packet' | 'packetCreate', listener: (packet: { readonly data?: string | Buffer }) => void): unknown;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  close(discard: boolean): void;
}

/** The WebSocket below a connection, which the engine does not show. */
interface WebSocketBelow {
  readonly bufferedAmount: number;
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): WebSocketBelow;
  terminate(): void;
}

interface WithWebSocket {
  readonly transport: { readonly socket?: WebSocketBelow };
}

/** The WebSocket of a connection of the engine, undefined once it is gone. */
export function webSocketOf(wire: object): WebSocketBelow | undefined {
  return (wire as WithWebSocket).transport.socket;
}

/** So many times what says that a page reads slowly is none: nobody asks for so much without reading. */
const MOST_WAITING = 8;

/** What was sent to one connection and has not left this process yet. */
export class Unsent {
  readonly #wire: Wire;
  /** Handed to the engine since it last wrote to the WebSocket; in characters, of which few are longer than a byte. */
  #waiting = 0;

  /** `slowBytes`: so much unread says that a page reads slowly. */
  constructor(wire: object, slowBytes: number) {
    this.#wire = wire as Wire;
    this.#wire.on('packetCreate', ({ data }) => {
      this.#waiting += data?.length ?? 0;
      if (this.#waiting > MOST_WAITING * slowBytes) this.breakOff();
    });
    this.#wire.on('drain', () => {
      this.#waiting = 0;
    });
  }

  get bytes(): number {
    return this.#waiting + (webSocketOf(this.#wire)?.bufferedAmount ?? 0);
  }

  /** Cuts the connection as a lost network does, with what waits: the page comes back by itself. */
  breakOff(): void {
    webSocketOf(this.#wire)?.terminate();
  }
}
