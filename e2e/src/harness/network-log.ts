import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Bytes that left by one socket, as the browser's network process gave them to the system. */
export interface SentPacket {
  /** Milliseconds of the browser's own clock. */
  readonly atMs: number;
  /** Which socket: each transport of WebRTC has its own. */
  readonly socket: number;
  readonly to: string;
  readonly bytes: Buffer;
}

/** All that one TCP connection sent, in order. */
export interface SentStream {
  readonly to: string;
  readonly bytes: Buffer;
}

/** What left a browser between its start and its end, byte for byte. */
export interface NetworkRecord {
  readonly streams: readonly SentStream[];
  readonly packets: readonly SentPacket[];
  /** Addresses that pages or workers asked for, answered from the cache or not; `initiator` is the origin that asked. */
  readonly asked: readonly { readonly url: string; readonly method: string; readonly initiator: string }[];
}

interface LogConstants {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number | undefined>> };
}

interface LogEvent {
  readonly type: number;
  readonly time: string;
  readonly source?: { readonly id: number; readonly type: number };
  readonly params?: Readonly<Record<string, unknown>>;
}

/**
 * Chromium's own log of its network process, what chrome://net-export writes: below the page, its workers and whatever else runs in the
 * browser, with every byte of every socket. It is whole once the browser has ended.
 */
export class NetworkLog {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async prepare(): Promise<NetworkLog> {
    return new NetworkLog(await mkdtemp(join(tmpdir(), 'lectern-network-log-')));
  }

  /** What the browser is started with. No name is looked up: the browser's own errands at its vendor stay out of the accounts. */
  get flags(): string[] {
    return [
      `--log-net-log=${this.#path}`,
      '--net-log-capture-mode=Everything',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ];
  }

  get #path(): string {
    return join(this.#directory, 'net-log.json');
  }

  /** Reads the log of a browser that has ended, and removes it. Throws where it is cut off or of another form than expected. */
  async read(): Promise<NetworkRecord> {
    const reader = new Reader();
    let last = '';
    for await (const line of createInterface({ input: createReadStream(this.#path) })) {
      // One event a line, after the constants and before what was counted at the end.
      if (line.startsWith('{"constants":')) reader.learn(JSON.parse(`${line.replace(/,$/, '')}}`) as LogConstants);
      else if (line.startsWith('{')) reader.take(JSON.parse(line.replace(/\]?,$/, '')) as LogEvent);
      last = line;
    }
    await this.remove();
    if (last !== '}') throw new Error('the log of the network is cut off: had the browser ended?');
    return reader.record();
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** The events that tell of bytes and addresses; a browser that does not know one of them by this name is not measured by this. */
const EVENTS = [
  'SOCKET_BYTES_SENT',
  'TCP_CONNECT_ATTEMPT',
  'UDP_BYTES_SENT',
  'UDP_CONNECT',
  'URL_REQUEST_START_JOB',
  'QUIC_SESSION_PACKET_SENT',
] as const;
type EventName = (typeof EVENTS)[number];

class Reader {
  readonly #names = new Map<number, EventName>();
  readonly #streams = new Map<number, { to: string; parts: Buffer[] }>();
  /** By socket, the address that it was connected to. */
  readonly #connected = new Map<number, string>();
  readonly #packets: SentPacket[] = [];
  readonly #asked: { url: string; method: string; initiator: string }[] = [];

  learn({ constants: { logEventTypes } }: LogConstants): void {
    for (const name of EVENTS) {
      const type = logEventTypes[name];
      if (type === undefined) throw new Error(`this Chromium writes no ${name} into the log of its network`);
      this.#names.set(type, name);
    }
  }

  take({ type, time, source, params = {} }: LogEvent): void {
    const name = this.#names.get(type);
    if (name === undefined || source === undefined) return;
    switch (name) {
      case 'TCP_CONNECT_ATTEMPT':
        if (typeof params['address'] === 'string') this.#streams.set(source.id, { to: params['address'], parts: [] });
        break;
      case 'SOCKET_BYTES_SENT':
        // Under TLS the same bytes come twice, once in clear: tests speak plain HTTP.
        this.#streamOf(source.id).parts.push(bytesOf(params));
        break;
      case 'UDP_CONNECT':
        if (typeof params['address'] === 'string') this.#connected.set(source.id, params['address']);
        break;
      case 'UDP_BYTES_SENT': {
        const to = typeof params['address'] === 'string' ? params['address'] : this.#connected.get(source.id);
        this.#packets.push({
          atMs: Number(time),
          socket: source.id,
          to: to ?? 'nowhere known',
          bytes: bytesOf(params),
        });
        break;
      }
      case 'URL_REQUEST_START_JOB':
        if (typeof params['url'] !== 'string') break;
        this.#asked.push({
          url: params['url'],
          method: String(params['method']),
          initiator: String(params['initiator']),
        });
        break;
      case 'QUIC_SESSION_PACKET_SENT':
        throw new Error('this browser speaks QUIC, which is not read here');
    }
  }

  record(): NetworkRecord {
    const streams = [...this.#streams.values()].map(({ to, parts }) => ({ to, bytes: Buffer.concat(parts) }));
    return { streams, packets: this.#packets, asked: this.#asked };
  }

  #streamOf(id: number): { to: string; parts: Buffer[] } {
    const stream = this.#streams.get(id) ?? { to: 'nowhere known', parts: [] };
    this.#streams.set(id, stream);
    return stream;
  }
}

function bytesOf({ byte_count: count, bytes }: Readonly<Record<string, unknown>>): Buffer {
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : Buffer.alloc(0);
  if (content.byteLength !== count) throw new Error('the log of the network lacks bytes of what was sent');
  return content;
}
