import type { ConsumerOffer } from '@lectern/contracts';
import nodeDataChannel from 'node-datachannel';
import type { DataChannel, Track } from 'node-datachannel';
import { expect } from 'vitest';
import type { TestPage } from './test-page.ts';
import { DATA_SECTION, TestTransport } from './test-transport.ts';
import type { TransportOwner } from './test-transport.ts';

const OPUS_PAYLOAD_TYPE = 111;
const OPUS_SAMPLES_PER_PACKET = 960;
const OPUS_PACKET_MS = 20;
const STREAM_ID = 1;
const RTP_HEADER_BYTES = 12;
/** Of the audio level and of transport-wide congestion control, with their header. */
const EXTENSION_BYTES = 12;
const AUDIO_LEVEL_ID = 10;
const TRANSPORT_WIDE_ID = 4;
const TRANSPORT_WIDE_URI = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

function ownerOf(page: TestPage): TransportOwner {
  return { name: page.seat.name, connect: (body) => page.ask('connect-transport', body) };
}

/** The stage transport of a page with an open microphone that really sends packets. */
export class TestMicrophone {
  readonly peer: TestTransport;
  readonly producerId: string;
  readonly #track: Track;
  readonly #ssrc: number;
  #sequence = 0;

  private constructor(peer: TestTransport, track: Track, ssrc: number, producerId: string) {
    this.peer = peer;
    this.#track = track;
    this.#ssrc = ssrc;
    this.producerId = producerId;
  }

  static async open(page: TestPage, ssrc = 1111): Promise<TestMicrophone> {
    const peer = new TestTransport(ownerOf(page), await page.ask('open-transport', { purpose: 'stage' }));
    const audio = new nodeDataChannel.Audio('0', 'SendOnly');
    audio.addOpusCodec(OPUS_PAYLOAD_TYPE);
    audio.addSSRC(ssrc, 'lectern');
    const track = peer.peer.addTrack(audio);
    await peer.connectSending([
      [
        `m=audio 9 UDP/TLS/RTP/SAVPF ${OPUS_PAYLOAD_TYPE}`,
        'c=IN IP4 0.0.0.0',
        'a=mid:0',
        'a=recvonly',
        'a=rtcp-mux',
        `a=rtpmap:${OPUS_PAYLOAD_TYPE} opus/48000/2`,
      ].join('\r\n'),
    ]);
    const { producerId } = await page.ask('produce', {
      transportId: peer.transport.transportId,
      source: 'microphone',
      kind: 'audio',
      rtpParameters: microphoneParameters(ssrc),
    });
    return new TestMicrophone(peer, track, ssrc, producerId);
  }

  /** Sends one 20 ms packet, as loud as speech. */
  send(): void {
    const packet = Buffer.alloc(RTP_HEADER_BYTES + EXTENSION_BYTES + 20);
    // Version 2, with a header extension.
    packet.writeUInt8(0x90, 0);
    packet.writeUInt8(OPUS_PAYLOAD_TYPE, 1);
    packet.writeUInt16BE(this.#sequence & 0xffff, 2);
    packet.writeUInt32BE(this.#sequence * OPUS_SAMPLES_PER_PACKET, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    // RFC 8285: the profile of one-byte headers, two words, the level (RFC 6464: voice, -20 dBov), and a number for the transport.
    packet.writeUInt16BE(0xbede, RTP_HEADER_BYTES);
    packet.writeUInt16BE(2, RTP_HEADER_BYTES + 2);
    packet.writeUInt8(AUDIO_LEVEL_ID << 4, RTP_HEADER_BYTES + 4);
    packet.writeUInt8(0x80 | 20, RTP_HEADER_BYTES + 5);
    packet.writeUInt8((TRANSPORT_WIDE_ID << 4) | 1, RTP_HEADER_BYTES + 6);
    packet.writeUInt16BE(this.#sequence & 0xffff, RTP_HEADER_BYTES + 7);
    this.#sequence += 1;
    this.#track.sendMessageBinary(packet);
  }
}

/** Speaks until what is waited for has come about. */
export async function speakUntil(microphone: TestMicrophone, reached: () => boolean): Promise<void> {
  const speaking = setInterval(() => {
    microphone.send();
  }, OPUS_PACKET_MS);
  try {
    await expect.poll(reached, { interval: OPUS_PACKET_MS }).toBe(true);
  } finally {
    clearInterval(speaking);
  }
}

export function microphoneParameters(ssrc: number) {
  return {
    mid: '0',
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: OPUS_PAYLOAD_TYPE,
        clockRate: 48_000,
        channels: 2,
        parameters: { usedtx: 1 },
      },
    ],
    headerExtensions: [
      { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: AUDIO_LEVEL_ID },
      { uri: TRANSPORT_WIDE_URI, id: TRANSPORT_WIDE_ID },
    ],
    encodings: [{ ssrc }],
    rtcp: { cname: 'lectern' },
  };
}

export function cameraParameters(ssrc: number) {
  return {
    mid: '1',
    codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
    encodings: [{ ssrc }],
    rtcp: { cname: 'lectern' },
  };
}

/** The signal channel of a page: permission, a send transport of its own, an unordered reliable data channel. */
export class TestSignal {
  readonly peer: TestTransport;
  readonly channel: DataChannel;

  private constructor(peer: TestTransport, channel: DataChannel) {
    this.peer = peer;
    this.channel = channel;
  }

  static async open(page: TestPage): Promise<TestSignal> {
    const peer = new TestTransport(ownerOf(page), await page.ask('open-transport', { purpose: 'signal' }));
    const channel = peer.peer.createDataChannel('signal', { negotiated: true, id: STREAM_ID, unordered: true });
    const open = new Promise<void>((resolve) => {
      channel.onOpen(resolve);
    });
    await peer.connectSending([DATA_SECTION]);
    await open;
    await page.ask('produce-signal', {
      transportId: peer.transport.transportId,
      sctpStreamParameters: { streamId: STREAM_ID, ordered: false },
    });
    return new TestSignal(peer, channel);
  }

  send(bytes: Uint8Array): void {
    this.channel.sendMessageBinary(bytes);
  }
}

/** Opens the receiving transport of a page and everything on the stage. Gives what arrives as a count of packets. */
export async function receiveStage(
  page: TestPage,
  onPacket: (packet: Buffer) => void = () => undefined,
): Promise<{ peer: TestTransport; consumers: ConsumerOffer[]; packets: () => number }> {
  const peer = new TestTransport(ownerOf(page), await page.ask('open-transport', { purpose: 'receive' }));
  const { transportId } = peer.transport;
  const { consumers } = await page.ask('receive', { transportId, rtpCapabilities: page.snapshot.rtpCapabilities });
  let packets = 0;
  await peer.connectReceiving(consumers, (packet) => {
    packets += 1;
    onPacket(packet);
  });
  await page.ask('resume-consumers', { consumerIds: consumers.map(({ consumerId }) => consumerId) });
  return { peer, consumers, packets: () => packets };
}

/** The ids of the header extensions in a packet (RFC 8285, one-byte headers). */
export function extensionIdsOf(packet: Buffer): number[] {
  const hasExtension = (packet.readUInt8(0) & 0x10) !== 0;
  if (!hasExtension) return [];
  const start = RTP_HEADER_BYTES + 4 * (packet.readUInt8(0) & 0x0f);
  expect(packet.readUInt16BE(start)).toBe(0xbede);
  const end = start + 4 + 4 * packet.readUInt16BE(start + 2);
  const ids: number[] = [];
  for (let at = start + 4; at < end;) {
    const byte = packet.readUInt8(at);
    // A zero is padding.
    at += byte === 0 ? 1 : 2 + (byte & 0x0f);
    if (byte !== 0) ids.push(byte >> 4);
  }
  return ids;
}
