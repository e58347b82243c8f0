import type { Socket as TcpSocket } from 'node:net';

/** A WebSocket as the engine below socket.io has it. */
interface EngineWire {
  readonly request: { readonly socket: Pick<TcpSocket, 'bytesRead' | 'bytesWritten'> };
  on(event: 'packet' | 'packetCreate' | 'close', listener: () => void): unknown;
}

interface EngineEvents {
  on(event: 'connection', listener: (wire: EngineWire) => void): unknown;
}

/** Signalling since the start. Bytes are those of the connections, frames and handshakes included. */
export interface TrafficTotals {
  readonly connections: number;
  readonly open: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Counts what crosses the wires, at the engine: an increment a message, and bytes from the sockets' own counts. */
export class WireTraffic {
  readonly #open = new Set<EngineWire>();
  readonly #closed = { connections: 0, bytesIn: 0, bytesOut: 0 };
  #messagesIn = 0;
  #messagesOut = 0;

  follow(engine: EngineEvents): void {
    engine.on('connection', (wire) => {
      this.#open.add(wire);
      wire.on('packet', () => (this.#messagesIn += 1));
      wire.on('packetCreate', () => (this.#messagesOut += 1));
      wire.on('close', () => {
        if (!this.#open.delete(wire)) return;
        this.#closed.connections += 1;
        this.#closed.bytesIn += wire.request.socket.bytesRead;
        this.#closed.bytesOut += wire.request.socket.bytesWritten;
      });
    });
  }

  totals(): TrafficTotals {
    let { bytesIn, bytesOut } = this.#closed;
    for (const { request } of this.#open) {
      bytesIn += request.socket.bytesRead;
      bytesOut += request.socket.bytesWritten;
    }
    return {
      connections: this.#closed.connections + this.#open.size,
      open: this.#open.size,
      ...{ messagesIn: this.#messagesIn, messagesOut: this.#messagesOut, bytesIn, bytesOut },
    };
  }
}
