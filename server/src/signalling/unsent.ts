import type { IncomingMessage } from 'node:http';

/** A WebSocket's connection as the engine below socket.io has it. */
export interface Wire {
  readonly request: IncomingMessage;
  on(event: 'packet' | 'packetCreate', listener: (packet: { readonly data?: string | Buffer }) => void): unknown;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  close(discard: boolean): void;
}

/** What the engine does not show of the WebSocket below it. */
interface WithWebSocket {
  readonly transport: { readonly socket?: { readonly bufferedAmount: number; terminate(): void } };
}

/** More than this waiting at once is no page that reads slowly: nobody asks for so much without reading. */
const MOST_WAITING_BYTES = 2 * 1024 * 1024;

/** What was sent to one connection and has not left this process yet. */
export class Unsent {
  readonly #wire: Wire & WithWebSocket;
  /** Handed to the engine since it last wrote to the WebSocket; in characters, of which few are longer than a byte. */
  #waiting = 0;

  constructor(wire: object) {
    this.#wire = wire as Wire & WithWebSocket;
    this.#wire.on('packetCreate', ({ data }) => {
      this.#waiting += data?.length ?? 0;
      if (this.#waiting > MOST_WAITING_BYTES) this.breakOff();
    });
    this.#wire.on('drain', () => {
      this.#waiting = 0;
    });
  }

  get bytes(): number {
    return this.#waiting + (this.#wire.transport.socket?.bufferedAmount ?? 0);
  }

  /** Cuts the connection as a lost network does, with what waits: the page comes back by itself. */
  breakOff(): void {
    this.#wire.transport.socket?.terminate();
  }
}
