import type { WireRtpParameters } from '@lectern/contracts';
import nodeDataChannel from 'node-datachannel';
import type { Track } from 'node-datachannel';

const HEADER_BYTES = 12;
const TRANSPORT_WIDE_ID = 5;

export interface StreamKind {
  readonly kind: 'audio' | 'video';
  readonly mid: string;
  readonly payloadType: number;
  readonly mimeType: string;
  readonly clockRate: number;
  readonly payloadBytes: number;
}

/** Speech in packets of 20 ms; a picture of 600 kbit/s in packets of 1,000 bytes has 75 of them a second. */
export const SOUND = {
  kind: 'audio',
  payloadType: 111,
  mimeType: 'audio/opus',
  clockRate: 48_000,
  payloadBytes: 80,
} as const;
export const PICTURE = {
  kind: 'video',
  payloadType: 96,
  mimeType: 'video/VP8',
  clockRate: 90_000,
  payloadBytes: 1_000,
} as const;

/** One sent stream, packet by packet. */
export class SentStream {
  readonly ssrc: number;
  readonly stream: StreamKind;
  readonly track: Track;
  #sequence = 0;

  constructor(peer: nodeDataChannel.PeerConnection, stream: StreamKind, ssrc: number) {
    this.stream = stream;
    this.ssrc = ssrc;
    const media =
      stream.kind === 'audio'
        ? new nodeDataChannel.Audio(stream.mid, 'SendOnly')
        : new nodeDataChannel.Video(stream.mid, 'SendOnly');
    if (media instanceof nodeDataChannel.Audio) media.addOpusCodec(stream.payloadType);
    else media.addVP8Codec(stream.payloadType);
    media.addSSRC(ssrc, 'fanout');
    this.track = peer.addTrack(media);
  }

  /** The server's side of this stream. */
  get section(): string {
    const { kind, payloadType, mid, mimeType, clockRate } = this.stream;
    const codec = `${mimeType.split('/')[1] ?? ''}/${String(clockRate)}${kind === 'audio' ? '/2' : ''}`;
    return [
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${String(payloadType)}`,
      'c=IN IP4 0.0.0.0',
      `a=mid:${mid}`,
      'a=recvonly',
      'a=rtcp-mux',
      `a=rtpmap:${String(payloadType)} ${codec}`,
    ].join('\r\n');
  }

  get rtpParameters(): WireRtpParameters {
    const { kind, payloadType, mid, mimeType, clockRate } = this.stream;
    return {
      mid,
      codecs: [{ mimeType, payloadType, clockRate, ...(kind === 'audio' ? { channels: 2 } : {}) }],
      encodings: [{ ssrc: this.ssrc }],
      rtcp: { cname: 'fanout' },
    };
  }

  send(): void {
    const { kind, payloadType, clockRate, payloadBytes } = this.stream;
    const packet = Buffer.alloc(HEADER_BYTES + payloadBytes, 0x55);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8(payloadType | (kind === 'video' ? 0x80 : 0), 1);
    packet.writeUInt16BE(this.#sequence & 0xffff, 2);
    packet.writeUInt32BE((this.#sequence * (clockRate / 50)) >>> 0, 4);
    packet.writeUInt32BE(this.ssrc, 8);
    // RFC 7741: the start of a partition, of a key frame; each packet is a picture of its own.
    if (kind === 'video') packet.set([0x10, 0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a], HEADER_BYTES);
    this.#sequence += 1;
    this.track.sendMessageBinary(packet);
  }
}

/** What a receiver answers to packets with a transport-wide number, as a browser does; nothing to packets without. */
export class TransportFeedback {
  #first: number | null = null;
  #last = 0;
  #track: Track | null = null;
  #mediaSsrc = 0;
  #count = 0;

  note(packet: Buffer, track: Track): void {
    const number = transportWideNumber(packet);
    if (number === null) return;
    // The streams of a transport are counted together, and come a little out of order.
    if (this.#first === null) this.#first = this.#last = number;
    if (isAfter(number, this.#last)) this.#last = number;
    if (isAfter(this.#first, number)) this.#first = number;
    this.#track = track;
    this.#mediaSsrc = packet.readUInt32BE(8);
  }

  /** Reports what came since the last time: all of it, a millisecond apart. */
  send(): void {
    if (this.#first === null || this.#track === null) return;
    const packets = ((this.#last - this.#first) & 0xffff) + 1;
    const length = Math.ceil((20 + 2 + packets) / 4) * 4;
    const report = Buffer.alloc(length);
    report.writeUInt8(0x80 | 15, 0);
    report.writeUInt8(205, 1);
    report.writeUInt16BE(length / 4 - 1, 2);
    report.writeUInt32BE(1, 4);
    report.writeUInt32BE(this.#mediaSsrc, 8);
    report.writeUInt16BE(this.#first, 12);
    report.writeUInt16BE(packets, 14);
    report.writeUIntBE(Math.floor(performance.now() / 64) & 0x7f_ffff, 16, 3);
    report.writeUInt8(this.#count++ & 0xff, 19);
    // One run of packets received in time, then the times between them in quarters of a millisecond.
    report.writeUInt16BE(0x2000 | packets, 20);
    report.fill(4, 22, 22 + packets);
    this.#track.sendMessageBinary(report);
    this.#first = null;
  }
}

function isAfter(a: number, b: number): boolean {
  return a !== b && ((a - b) & 0xffff) < 0x8000;
}

function transportWideNumber(packet: Buffer): number | null {
  if ((packet.readUInt8(0) & 0x10) === 0 || packet.readUInt16BE(HEADER_BYTES) !== 0xbede) return null;
  const end = HEADER_BYTES + 4 + 4 * packet.readUInt16BE(HEADER_BYTES + 2);
  for (let at = HEADER_BYTES + 4; at < end;) {
    const byte = packet.readUInt8(at);
    if (byte >> 4 === TRANSPORT_WIDE_ID) return packet.readUInt16BE(at + 1);
    at += byte === 0 ? 1 : 2 + (byte & 0x0f);
  }
  return null;
}
