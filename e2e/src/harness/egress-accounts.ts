import { CLIENT_MESSAGES, clientEnvelopeSchema, DATAGRAM_BYTES } from '@lectern/contracts';
import type { NetworkRecord, SentPacket, SentStream } from './network-log.ts';
import { Frames } from './websocket-frames.ts';

/** Bytes that left for one purpose. */
export interface Account {
  readonly purpose: string;
  count: number;
  bytes: number;
}

export interface Accounts {
  readonly rows: readonly Account[];
  /**
   * How many datagrams left, by the sizes of the encrypted packets. What SCTP sends again counts anew, and so does its own question whether the
   * other end is there: with its 44 bytes it is as large.
   */
  readonly datagrams: number;
  /** What no purpose accounts for, in words: empty where nothing else left. */
  readonly rest: readonly string[];
}

/** Where a browser's bytes may go to. */
export interface Destinations {
  /** Host and port of the class's own address. */
  readonly host: string;
  /** Host and port at which the media worker listens. */
  readonly media: string;
  /** Paths of the files that are served. */
  readonly files: ReadonlySet<string>;
}

/** What a request of the page may be for, besides a file; the most that its body has. */
const REQUESTS: readonly { readonly method: string; readonly path: RegExp; readonly mostBodyBytes: number }[] = [
  { method: 'GET', path: /^\/c\/[\w-]{14}$/, mostBodyBytes: 0 },
  { method: 'GET', path: /^\/api\/(?:session|join\/[\w-]{14})$/, mostBodyBytes: 0 },
  { method: 'POST', path: /^\/api\/join\/[\w-]{14}$/, mostBodyBytes: 100 },
];
const SIGNALLING = '/signal/?EIO=4&transport=websocket';
/** What a browser says by itself with every request: no header of a page's own is among them. */
const HEADERS = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'cache-control', 'connection', 'content-length', 'content-type'],
  ...['cookie', 'host', 'if-none-match', 'origin', 'pragma', 'priority', 'referer', 'sec-ch-ua', 'sec-ch-ua-mobile'],
  ...['sec-ch-ua-platform', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-user', 'upgrade'],
  ...[
    'sec-websocket-extensions',
    'sec-websocket-key',
    'sec-websocket-version',
    'upgrade-insecure-requests',
    'user-agent',
  ],
]);
const MOST_HEAD_BYTES = 1000;

/** The most bytes of a signalling message, and how many a minute: what the page says of its link, its clock and its media, and nothing free. */
const MESSAGES: Readonly<
  Record<string, { readonly mostBytes: number; readonly most: number; readonly aMinute: number }>
> = {
  clock: { mostBytes: 50, most: 40, aMinute: 12 },
  quality: { mostBytes: 110, most: 3, aMinute: 5 },
  'open-transport': { mostBytes: 90, most: 4, aMinute: 0 },
  'connect-transport': { mostBytes: 1000, most: 4, aMinute: 0 },
  'restart-ice': { mostBytes: 120, most: 4, aMinute: 0 },
  receive: { mostBytes: 9000, most: 3, aMinute: 0 },
  'resume-consumers': { mostBytes: 400, most: 6, aMinute: 0 },
  'pause-consumers': { mostBytes: 400, most: 6, aMinute: 0 },
  'prefer-layers': { mostBytes: 160, most: 20, aMinute: 0 },
  'set-permission': { mostBytes: 150, most: 2, aMinute: 0 },
  'produce-signal': { mostBytes: 170, most: 1, aMinute: 0 },
};

/** Accounts for every byte of a record. What it cannot place stands in `rest`. */
export function accountFor(record: NetworkRecord, destinations: Destinations, minutes: number): Accounts {
  const book = new Book();
  for (const { url, method, initiator } of record.asked) {
    const { protocol, host } = new URL(url);
    const isOwn = host === destinations.host || protocol === 'data:' || protocol === 'blob:';
    // What the browser itself wants of its vendor has no page behind it, and gets no answer here.
    if (!isOwn && initiator !== 'not an origin') book.leave(`${method} of ${url}, asked for by ${initiator}`);
  }
  for (const stream of record.streams) {
    if (stream.to === destinations.host) accountForHttp(stream, destinations, book);
    else if (stream.bytes.byteLength > 0) book.leave(`${String(stream.bytes.byteLength)} bytes of TCP to ${stream.to}`);
  }
  for (const [type, { most, aMinute }] of Object.entries(MESSAGES)) {
    const { count = 0 } = book.find(`signalling: ${type}`) ?? {};
    if (count > most + aMinute * minutes)
      book.leave(`${String(count)} messages ${type} in ${minutes.toFixed(1)} minutes`);
  }
  const datagrams = accountForMedia(record.packets, destinations, minutes, book);
  return { rows: book.rows(), datagrams, rest: book.rest };
}

class Book {
  readonly #rows = new Map<string, Account>();
  readonly rest: string[] = [];

  enter(purpose: string, bytes: number): void {
    const row = this.#rows.get(purpose) ?? { purpose, count: 0, bytes: 0 };
    this.#rows.set(purpose, row);
    row.count += 1;
    row.bytes += bytes;
  }

  find(purpose: string): Account | undefined {
    return this.#rows.get(purpose);
  }

  leave(what: string): void {
    this.rest.push(what);
  }

  rows(): Account[] {
    return [...this.#rows.values()].sort((a, b) => a.purpose.localeCompare(b.purpose));
  }
}

function accountForHttp({ bytes }: SentStream, destinations: Destinations, book: Book): void {
  let at = 0;
  while (at < bytes.byteLength) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end === -1) {
      book.leave(`${String(bytes.byteLength - at)} bytes of HTTP without an end`);
      return;
    }
    const [line = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n');
    const headers = new Map(lines.map((header) => [header.split(':', 1)[0]?.toLowerCase() ?? '', header]));
    const bodyBytes = Number(headers.get('content-length')?.split(':')[1] ?? 0);
    const headBytes = end + 4 - at;
    const unknown = [...headers.keys()].filter((name) => !HEADERS.has(name));
    if (unknown.length > 0) book.leave(`${line} with ${unknown.join(', ')}`);
    if (headBytes > MOST_HEAD_BYTES) book.leave(`${line} with a head of ${String(headBytes)} bytes`);
    const [method = '', path = ''] = line.split(' ');
    at = end + 4 + bodyBytes;
    if (path === SIGNALLING) {
      book.enter('HTTP: the way to signalling', headBytes);
      accountForSignalling(bytes.subarray(at), book);
      return;
    }
    const isFile = method === 'GET' && bodyBytes === 0 && destinations.files.has(path);
    const known = REQUESTS.find(
      (one) => one.method === method && one.path.test(path) && bodyBytes <= one.mostBodyBytes,
    );
    if (isFile) book.enter('HTTP: files that are served', headBytes);
    else if (known !== undefined)
      book.enter(`HTTP: ${method} ${known.path.source.slice(1, 8).replaceAll('\\', '')}…`, headBytes + bodyBytes);
    else book.leave(`${method} ${path} with a body of ${String(bodyBytes)} bytes`);
  }
}

function accountForSignalling(bytes: Buffer, book: Book): void {
  const frames = new Frames('frames');
  for (const { opcode, payload, bytes: size } of frames.takeAll(bytes)) {
    if (opcode !== 1) {
      if (payload.byteLength > 2) book.leave(`a control frame with ${String(payload.byteLength)} bytes`);
      else book.enter('signalling: frames of the connection itself', size);
      continue;
    }
    const text = payload.toString();
    const event = /^42\d+(\[.*)$/s.exec(text)?.[1];
    if (text === '3' || text === '41') book.enter('signalling: heartbeats', size);
    else if (text.startsWith('40{') && payload.byteLength < 400) book.enter('signalling: seat', size);
    else if (event !== undefined) accountForMessage(event, size, book);
    else book.leave(`a message of ${String(payload.byteLength)} bytes that is none of signalling`);
  }
  if (frames.restBytes > 0) book.leave(`${String(frames.restBytes)} bytes of a frame that is not whole`);
}

function accountForMessage(text: string, size: number, book: Book): void {
  const [, raw, ...more] = JSON.parse(text) as unknown[];
  const envelope = clientEnvelopeSchema.safeParse(raw);
  if (!envelope.success || more.length > 0) {
    book.leave(`a message of ${String(size)} bytes that signalling does not know`);
    return;
  }
  const { type, body } = envelope.data;
  const most = MESSAGES[type]?.mostBytes ?? 0;
  if (size > most || !CLIENT_MESSAGES[type].body.safeParse(body).success) {
    book.leave(`a message ${type} of ${String(size)} bytes`);
  } else book.enter(`signalling: ${type}`, size);
}

/** By what a packet of WebRTC begins with (RFC 7983). */
const STUN_METHODS = new Map([
  [0x0001, 'ICE: checks and consent'],
  [0x0101, 'ICE: answers'],
]);
/** Attributes of ICE's checks: user name, role, priority, nomination, integrity, fingerprint, and Google's network cost and delta. */
const STUN_ATTRIBUTES = new Set([
  0x0006, 0x0008, 0x0020, 0x0024, 0x0025, 0x8028, 0x8029, 0x802a, 0xc057, 0xc058, 0xc059, 0xc05c,
]);
const MOST_STUN_BYTES = 140;
/** Each transport checks every 2.5 seconds whether it is still wanted, and more often before it is connected. */
const MOST_CHECKS = { atFirst: 60, aMinute: 30 };
const MOST_HANDSHAKE_BYTES = 4500;
const [DTLS_ALERT, DTLS_APPLICATION] = [21, 23];
const MOST_RTCP_BYTES = 260;
/** Reports and feedback on what is received: some 300 ms apart for each transport. */
const MOST_RTCP = { atFirst: 100, aMinute: 480 };
/** Of one record beyond what is in it: the header and the tag; ciphers before TLS 1.3 but ChaCha20 send a nonce of 8 besides. */
const DTLS_OVERHEAD_BYTES = [13 + 16, 13 + 8 + 16];
/** A packet of SCTP begins with 12 bytes; each datagram in it is a chunk of data with a header of 16. */
const SCTP_HEADER_BYTES = 12;
const DATAGRAM_CHUNK_BYTES = 16 + DATAGRAM_BYTES;
/** Everything else of SCTP: opening, heartbeats and their answers. A cookie is the server's own, sent back to it. */
const MOST_SCTP_CONTROL = { bytes: 110, atFirst: 8, aMinute: 14 };

function accountForMedia(
  packets: readonly SentPacket[],
  destinations: Destinations,
  minutes: number,
  book: Book,
): number {
  let datagrams = 0;
  for (const [, sent] of Map.groupBy(packets, ({ socket }) => socket)) {
    const transport = new Transport(book, minutes);
    for (const { to, bytes } of sent) {
      if (to === destinations.media) transport.take(bytes);
      else book.leave(`a packet of ${String(bytes.byteLength)} bytes to ${to}`);
    }
    datagrams += transport.close();
  }
  return datagrams;
}

/** The packets of one socket: one transport of WebRTC. */
class Transport {
  readonly #book: Book;
  readonly #minutes: number;
  #stun = 0;
  #handshakeBytes = 0;
  #rtcp = 0;
  #control = 0;
  #datagrams = 0;

  constructor(book: Book, minutes: number) {
    this.#book = book;
    this.#minutes = minutes;
  }

  take(bytes: Buffer): void {
    const first = bytes[0] ?? 255;
    if (first < 2) this.#takeStun(bytes);
    else if (first >= 20 && first < 64) this.#takeDtls(bytes);
    else if (first >= 128 && first < 192) this.#takeRtp(bytes);
    else this.#book.leave(`a packet of ${String(bytes.byteLength)} bytes that is none of WebRTC`);
  }

  /** How many datagrams went by it. */
  close(): number {
    const within = (what: string, count: number, { atFirst, aMinute }: { atFirst: number; aMinute: number }) => {
      if (count > atFirst + aMinute * this.#minutes) this.#book.leave(`${String(count)} of ${what} by one transport`);
    };
    within('ICE’s checks', this.#stun, MOST_CHECKS);
    within('RTCP', this.#rtcp, MOST_RTCP);
    within('SCTP’s own packets', this.#control, MOST_SCTP_CONTROL);
    within('datagrams', this.#datagrams, { atFirst: 6, aMinute: 14 });
    if (this.#handshakeBytes > MOST_HANDSHAKE_BYTES)
      this.#book.leave(`a handshake of ${String(this.#handshakeBytes)} bytes`);
    return this.#datagrams;
  }

  #takeStun(bytes: Buffer): void {
    const purpose = STUN_METHODS.get(bytes.readUInt16BE(0));
    const unknown: number[] = [];
    for (let at = 20; at + 4 <= bytes.byteLength; at += 4 + Math.ceil(bytes.readUInt16BE(at + 2) / 4) * 4) {
      if (!STUN_ATTRIBUTES.has(bytes.readUInt16BE(at))) unknown.push(bytes.readUInt16BE(at));
    }
    this.#stun += 1;
    if (purpose === undefined || unknown.length > 0 || bytes.byteLength > MOST_STUN_BYTES) {
      const attributes = unknown.map((one) => one.toString(16)).join(' ');
      this.#book.leave(
        `STUN ${bytes.toString('hex', 0, 2)} of ${String(bytes.byteLength)} bytes, attributes ${attributes}`,
      );
    } else this.#book.enter(purpose, bytes.byteLength);
  }

  #takeDtls(bytes: Buffer): void {
    for (let at = 0; at < bytes.byteLength;) {
      const type = bytes.readUInt8(at);
      const size = 13 + bytes.readUInt16BE(at + 11);
      if (type === DTLS_APPLICATION) this.#takeSctp(size);
      else if (type < DTLS_APPLICATION) {
        this.#handshakeBytes += type === DTLS_ALERT ? 0 : size;
        this.#book.enter(type === DTLS_ALERT ? 'DTLS: goodbye' : 'DTLS: handshake', size);
      } else this.#book.leave(`DTLS of type ${String(type)}`);
      at += size;
    }
  }

  #takeSctp(size: number): void {
    const chunks = DTLS_OVERHEAD_BYTES.map((overhead) => (size - overhead - SCTP_HEADER_BYTES) / DATAGRAM_CHUNK_BYTES);
    const datagrams = chunks.find((count) => Number.isInteger(count) && count > 0);
    if (datagrams !== undefined) {
      this.#datagrams += datagrams;
      this.#book.enter(`signal: datagrams of ${String(DATAGRAM_BYTES)} bytes`, size);
    } else if (size <= MOST_SCTP_CONTROL.bytes + Math.max(...DTLS_OVERHEAD_BYTES)) {
      this.#control += 1;
      this.#book.enter('signal: SCTP’s own', size);
    } else this.#book.leave(`${String(size)} bytes over SCTP`);
  }

  #takeRtp(bytes: Buffer): void {
    const type = bytes[1] ?? 0;
    this.#rtcp += 1;
    if (type < 192 || type > 223) this.#book.leave(`${String(bytes.byteLength)} bytes of sound or pictures`);
    else if (bytes.byteLength > MOST_RTCP_BYTES) this.#book.leave(`RTCP of ${String(bytes.byteLength)} bytes`);
    else this.#book.enter('RTCP: reports on what is received', bytes.byteLength);
  }
}
