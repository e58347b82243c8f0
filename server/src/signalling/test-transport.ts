import type { ClientBodyInput, ConsumerOffer, TransportOptions } from '@lectern/contracts';
import nodeDataChannel from 'node-datachannel';
import type { PeerConnection, Track } from 'node-datachannel';

/** Who the transport belongs to, and how its side of DTLS gets to the server. */
export interface TransportOwner {
  readonly name: string;
  connect(body: ClientBodyInput<'connect-transport'>): Promise<unknown>;
}

/** The server's side of a section that carries data channels. */
export const DATA_SECTION = [
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
].join('\r\n');

/** One real WebRTC transport: libdatachannel's ICE, DTLS, SRTP and SCTP against the worker. */
export class TestTransport {
  readonly peer: PeerConnection;
  readonly transport: TransportOptions;
  readonly #owner: TransportOwner;
  /** Held, for a track that nobody holds is collected, and what arrives on it is lost. */
  readonly #tracks: Track[] = [];

  constructor(owner: TransportOwner, transport: TransportOptions) {
    this.#owner = owner;
    this.transport = transport;
    this.peer = new nodeDataChannel.PeerConnection(owner.name, {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
    });
  }

  /** Connects for sending; whatever is sent has been added to the peer before. `sections` are the server's side of it. */
  async connectSending(sections: readonly string[]): Promise<void> {
    const offer = await this.#describe(() => {
      this.peer.setLocalDescription('offer');
    });
    await this.#connect(offer);
    this.peer.setRemoteDescription(this.#remote(sections, 'passive'), 'answer');
    await this.connected();
  }

  /** Connects for receiving these consumers, and says what arrives by producer. */
  async connectReceiving(
    consumers: readonly ConsumerOffer[],
    onPacket: (packet: Buffer, track: Track) => void = () => undefined,
  ): Promise<void> {
    this.peer.onTrack((track) => {
      this.#tracks.push(track);
      track.onMessage((packet) => {
        if (!isRtcp(packet)) onPacket(packet, track);
      });
    });
    const sections = consumers.map((consumer, index) => receivingSection(consumer, String(index)));
    const answer = await this.#describe(() => {
      this.peer.setRemoteDescription(this.#remote(sections, 'actpass'), 'offer');
      this.peer.setLocalDescription('answer');
    });
    await this.#connect(answer);
    await this.connected();
  }

  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (state: string) => {
        if (state === 'connected') resolve();
        if (state === 'failed') reject(new Error('the transport failed'));
      };
      this.peer.onStateChange(look);
      look(this.peer.state());
    });
  }

  close(): void {
    this.peer.close();
  }

  #describe(act: () => void): Promise<string> {
    return new Promise((resolve) => {
      this.peer.onLocalDescription(resolve);
      act();
    });
  }

  async #connect(localDescription: string): Promise<void> {
    const value = /a=fingerprint:sha-256 ([0-9A-F:]+)/i.exec(localDescription)?.[1] ?? '';
    await this.#owner.connect({
      transportId: this.transport.transportId,
      dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] },
    });
  }

  #remote(sections: readonly string[], setup: 'passive' | 'actpass'): string {
    const { iceParameters, iceCandidates, dtlsParameters } = this.transport;
    const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')?.value ?? '';
    const link = [
      `a=setup:${setup}`,
      `a=ice-ufrag:${iceParameters.usernameFragment}`,
      `a=ice-pwd:${iceParameters.password}`,
      ...iceCandidates
        .filter(({ protocol }) => protocol === 'udp')
        .map(
          ({ foundation, priority, address, port }) =>
            `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ host`,
        ),
      'a=end-of-candidates',
    ];
    const head = [
      'v=0',
      'o=- 1 1 IN IP4 0.0.0.0',
      's=-',
      't=0 0',
      'a=ice-lite',
      `a=fingerprint:sha-256 ${fingerprint}`,
    ];
    const mids = sections.map((section) => /a=mid:(\S+)/.exec(section)?.[1] ?? '');
    return [...head, `a=group:BUNDLE ${mids.join(' ')}`, ...sections.flatMap((section) => [section, ...link]), ''].join(
      '\r\n',
    );
  }
}

function receivingSection({ kind, rtpParameters }: ConsumerOffer, mid: string): string {
  const [codec] = rtpParameters.codecs;
  if (!codec) throw new Error('a consumer without a codec');
  const name = codec.mimeType.split('/')[1] ?? '';
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec.payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendonly',
    'a=rtcp-mux',
    `a=rtpmap:${codec.payloadType} ${name}/${codec.clockRate}${codec.channels === 2 ? '/2' : ''}`,
    `a=ssrc:${rtpParameters.encodings?.[0]?.ssrc ?? 0} cname:lectern`,
  ].join('\r\n');
}

/** RFC 5761: where RTP has marker and payload type, RTCP has 192 to 223. */
function isRtcp(packet: Buffer): boolean {
  const second = packet[1] ?? 0;
  return second >= 192 && second <= 223;
}
