import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

const MAGIC_COOKIE = 0x2112a442;
const ALLOCATE = 0x0003;
const CREATE_PERMISSION = 0x0008;
const ERROR_BIT = 0x0110;
const ATTRIBUTES = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  relayedAddress: 0x0016,
  requestedTransport: 0x0019,
} as const;
const UDP = Buffer.from([17, 0, 0, 0]);
const ANSWER_TIMEOUT_MS = 15_000;
/** As the protocol has it: what is not answered is sent again; so a relay that only starts is waited for. */
const AGAIN_AFTER_MS = 500;

type Attributes = ReadonlyMap<number, Buffer>;

/** What the relay answered: `error` is its code (401, 403, …) or null, `relayedPort` the one that it opened. */
export interface TurnAnswer {
  readonly error: number | null;
  readonly relayedPort: number | null;
}

/** As much of a TURN client over UDP (RFC 8656) as asks for an allocation and for leave to reach a peer. */
export class TurnClient {
  readonly #socket: Socket;
  readonly #username: string;
  readonly #password: string;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, username: string, password: string) {
    this.#socket = socket;
    this.#username = username;
    this.#password = password;
  }

  static async connect(port: number, credentials: { username: string; credential: string }): Promise<TurnClient> {
    const socket = createSocket('udp4');
    // Nobody listens there yet.
    socket.on('error', () => undefined);
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new TurnClient(socket, credentials.username, credentials.credential);
  }

  /** Asks without credentials first, as the relay names its realm and a nonce in the refusal. */
  async allocate(): Promise<TurnAnswer> {
    const refusal = await this.#ask(ALLOCATE, [[ATTRIBUTES.requestedTransport, UDP]]);
    this.#realm = refusal.attributes.get(ATTRIBUTES.realm) ?? this.#realm;
    this.#nonce = refusal.attributes.get(ATTRIBUTES.nonce) ?? this.#nonce;
    if (answerOf(refusal).error !== 401) throw new Error('the relay asked for no credentials');
    return answerOf(await this.#ask(ALLOCATE, [[ATTRIBUTES.requestedTransport, UDP]]));
  }

  /** Asks to be allowed to reach an IPv4 address through the allocation. */
  async permit(address: string): Promise<TurnAnswer> {
    const value = Buffer.alloc(8);
    value[1] = 1;
    value.writeUInt32BE((Buffer.from(address.split('.').map(Number)).readUInt32BE() ^ MAGIC_COOKIE) >>> 0, 4);
    return answerOf(await this.#ask(CREATE_PERMISSION, [[ATTRIBUTES.peerAddress, value]]));
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: number, attributes: readonly (readonly [number, Buffer])[]): Promise<Answer> {
    const transaction = randomBytes(12);
    const signed = this.#realm.byteLength > 0;
    const credentials: readonly (readonly [number, Buffer])[] = signed
      ? [
          [ATTRIBUTES.username, Buffer.from(this.#username)],
          [ATTRIBUTES.realm, this.#realm],
          [ATTRIBUTES.nonce, this.#nonce],
        ]
      : [];
    const body = Buffer.concat([...attributes, ...credentials].map(([type, value]) => attribute(type, value)));
    const request = signed ? this.#sign(method, transaction, body) : message(method, transaction, body);
    const answered = new Promise<Buffer>((resolve) => {
      const listen = (bytes: Buffer): void => {
        if (!bytes.subarray(8, 20).equals(transaction)) return;
        this.#socket.off('message', listen);
        resolve(bytes);
      };
      this.#socket.on('message', listen);
    });
    const overdue = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const silent = once(overdue, 'abort').then(() => {
      throw new Error('the relay does not answer');
    });
    this.#socket.send(request);
    const again = setInterval(() => {
      this.#socket.send(request);
    }, AGAIN_AFTER_MS);
    try {
      const bytes = await Promise.race([answered, silent]);
      return { type: bytes.readUInt16BE(0), attributes: attributesOf(bytes) };
    } finally {
      clearInterval(again);
    }
  }

  /** The length in the header counts the integrity attribute already when that is computed. */
  #sign(method: number, transaction: Buffer, body: Buffer): Buffer {
    const key = createHash('md5').update(`${this.#username}:${this.#realm.toString()}:${this.#password}`).digest();
    const unsigned = message(method, transaction, body);
    unsigned.writeUInt16BE(body.byteLength + 24, 2);
    const integrity = createHmac('sha1', key).update(unsigned).digest();
    return message(method, transaction, Buffer.concat([body, attribute(ATTRIBUTES.integrity, integrity)]));
  }
}

interface Answer {
  readonly type: number;
  readonly attributes: Attributes;
}

function answerOf({ type, attributes }: Answer): TurnAnswer {
  const error = attributes.get(ATTRIBUTES.error);
  const relayed = attributes.get(ATTRIBUTES.relayedAddress);
  return {
    error: (type & ERROR_BIT) === ERROR_BIT ? (error?.[2] ?? 0) * 100 + (error?.[3] ?? 0) : null,
    relayedPort: relayed === undefined ? null : relayed.readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16),
  };
}

function message(method: number, transaction: Buffer, body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(method, 0);
  header.writeUInt16BE(body.byteLength, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  return Buffer.concat([header, transaction, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.byteLength, 2);
  return Buffer.concat([header, value, Buffer.alloc(-value.byteLength & 3)]);
}

function attributesOf(bytes: Buffer): Attributes {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= bytes.byteLength;) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return attributes;
}
