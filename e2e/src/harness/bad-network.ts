import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { BrowserContext } from 'playwright-core';

/** What happens to each packet of one person, each way: options of loadtest/extension/cmd/relay, whose seed decides what is dropped. */
export interface Conditions {
  readonly loss?: number;
  readonly delayMs?: number;
  readonly jitterMs?: number;
  /** On the way to the browser. */
  readonly kbps?: number;
}

type RelayProcess = ChildProcessByStdio<Writable, Readable, null>;

/** A relay on the port of the server's one media worker, at another address of this machine: who is led there has a bad network. */
export class BadNetwork {
  readonly #address: string;
  readonly #process: RelayProcess;
  #counted = { carried: 0, dropped: 0 };

  private constructor(address: string, process: RelayProcess) {
    this.#address = address;
    this.#process = process;
  }

  /** `address` is one of 127.0.0.0/8 that nobody else listens at. */
  static async open(address: string, mediaPort: number, conditions: Conditions): Promise<BadNetwork> {
    const { loss = 0, delayMs = 0, jitterMs = 0, kbps = 0 } = conditions;
    const { LOADTEST_RELAY: program } = process.env;
    if (program === undefined) throw new Error('LOADTEST_RELAY is not set: start with npm test');
    const port = String(mediaPort);
    const relay = spawn(
      program,
      [
        ...['-listen', `${address}:${port}`, '-server', `127.0.0.1:${port}`, '-seed', '1'],
        ...['-loss', String(loss), '-delay', `${String(delayMs)}ms`, '-jitter', `${String(jitterMs)}ms`],
        ...['-kbps', String(kbps)],
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const network = new BadNetwork(address, relay);
    const lines = createInterface({ input: relay.stdout });
    lines.on('line', (line) => {
      network.#counted = JSON.parse(line) as typeof network.counted;
    });
    const ended = once(relay, 'exit').then(() => {
      throw new Error(`the relay at ${address}:${port} ended`);
    });
    ended.catch(() => undefined);
    await Promise.race([once(lines, 'line'), ended]);
    return network;
  }

  /** Packets, both ways, as of the last second. */
  get counted(): { readonly carried: number; readonly dropped: number } {
    return this.#counted;
  }

  /** Changes the rate on the way to the browser; 0 is unbounded. */
  setKbps(kbps: number): void {
    this.#process.stdin.write(`${String(kbps)}\n`);
  }

  /** Leads the media of all pages of a browser through it. */
  async lead(context: BrowserContext): Promise<void> {
    await context.addInitScript((address) => {
      type Describe = (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
      const peer = RTCPeerConnection.prototype as unknown as { setRemoteDescription: Describe };
      const describe = peer.setRemoteDescription;
      peer.setRemoteDescription = function ({ type, sdp = '' }) {
        // There is no TCP through the relay.
        const udp = sdp.replace(/^a=candidate:.* tcp .*\r\n/gim, '');
        return describe.call(this, { type, sdp: udp.replace(/^(a=candidate:.* udp \d+ )\S+/gim, `$1${address}`) });
      };
    }, this.#address);
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGINT');
    await gone;
  }
}

/** A port of UDP that is free at every address given. */
export async function freeMediaPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
