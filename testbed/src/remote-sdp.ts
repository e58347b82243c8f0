import type { ConsumerOffer, TransportOptions } from '@lectern/contracts';

/** The fingerprint that a local description names, in the protocol's form, for a client that plays the DTLS client. */
export function dtlsParametersOf(sdp: string): {
  role: 'client';
  fingerprints: { algorithm: 'sha-256'; value: string }[];
} {
  const value = /a=fingerprint:sha-256 ([0-9A-F:]+)/i.exec(sdp)?.[1];
  if (value === undefined) throw new Error('the local description names no SHA-256 fingerprint');
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}

/** The server's side of a transport that carries data channels alone, as the answer to a local offer. */
export function answerForData(transport: TransportOptions): string {
  return lines([
    ...session(transport, ['0']),
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=setup:passive',
    ...ice(transport),
    'a=sctp-port:5000',
    'a=max-message-size:262144',
  ]);
}

/** The server's side of a receiving transport, as an offer: one section for each consumer. */
export function offerForMedia(transport: TransportOptions, consumers: readonly ConsumerOffer[]): string {
  const sections = consumers.flatMap((consumer, index) => mediaSection(transport, consumer, String(index)));
  return lines([
    ...session(
      transport,
      consumers.map((_, index) => String(index)),
    ),
    ...sections,
  ]);
}

function mediaSection(transport: TransportOptions, consumer: ConsumerOffer, mid: string): string[] {
  const [codec] = consumer.rtpParameters.codecs;
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
  if (codec === undefined || ssrc === undefined) throw new Error('a consumer without codec or SSRC');
  const channels = codec.channels === undefined || codec.channels === 1 ? '' : `/${String(codec.channels)}`;
  const type = String(codec.payloadType);
  return [
    `m=${consumer.kind} 9 UDP/TLS/RTP/SAVPF ${type}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=setup:actpass',
    ...ice(transport),
    'a=sendonly',
    'a=rtcp-mux',
    `a=rtpmap:${type} ${codec.mimeType.split('/')[1] ?? ''}/${String(codec.clockRate)}${channels}`,
    `a=ssrc:${String(ssrc)} cname:lectern`,
  ];
}

function session(transport: TransportOptions, mids: readonly string[]): string[] {
  const fingerprint = transport.dtlsParameters.fingerprints.find((candidate) => candidate.algorithm === 'sha-256');
  if (fingerprint === undefined) throw new Error('the server names no SHA-256 fingerprint');
  return [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mids.join(' ')}`,
    'a=msid-semantic: WMS *',
    `a=fingerprint:sha-256 ${fingerprint.value}`,
  ];
}

function ice(transport: TransportOptions): string[] {
  const udp = transport.iceCandidates.filter((candidate) => candidate.protocol === 'udp');
  return [
    `a=ice-ufrag:${transport.iceParameters.usernameFragment}`,
    `a=ice-pwd:${transport.iceParameters.password}`,
    ...udp.map(
      (candidate) =>
        `a=candidate:${candidate.foundation} 1 udp ${String(candidate.priority)} ${candidate.address} ${String(candidate.port)} typ ${candidate.type}`,
    ),
    'a=end-of-candidates',
  ];
}

function lines(text: readonly string[]): string {
  return `${text.join('\r\n')}\r\n`;
}
