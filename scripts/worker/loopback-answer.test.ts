import { describe, expect, it } from 'vitest';
import { answerFromTransport, dtlsParametersFromOffer } from './loopback-answer.ts';

const transport = {
  iceParameters: { usernameFragment: 'user', password: 'secret', iceLite: true },
  iceCandidates: [
    {
      foundation: 'udpcandidate',
      priority: 1,
      ip: '127.0.0.1',
      address: '127.0.0.1',
      protocol: 'udp',
      port: 4444,
      type: 'host',
    },
  ],
  dtlsParameters: {
    role: 'auto',
    fingerprints: [
      { algorithm: 'sha-1', value: '00' },
      { algorithm: 'sha-256', value: 'AB:CD' },
    ],
  },
} satisfies Parameters<typeof answerFromTransport>[0];

describe('the answer for a mediasoup transport', () => {
  it('carries its ICE parameters, its SHA-256 fingerprint and its candidates', () => {
    const lines = answerFromTransport(transport).split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'a=ice-ufrag:user',
        'a=ice-pwd:secret',
        'a=fingerprint:sha-256 AB:CD',
        'a=setup:passive',
        'a=candidate:udpcandidate 1 UDP 1 127.0.0.1 4444 typ host',
      ]),
    );
  });

  it('refuses a transport without a SHA-256 fingerprint', () => {
    const weak = { ...transport, dtlsParameters: { fingerprints: [] } };
    expect(() => answerFromTransport(weak)).toThrow('SHA-256');
  });
});

describe('the DTLS parameters of an offer', () => {
  it('are its SHA-256 fingerprint', () => {
    expect(dtlsParametersFromOffer('v=0\r\na=fingerprint:sha-256 12:34\r\n')).toEqual({
      role: 'client',
      fingerprints: [{ algorithm: 'sha-256', value: '12:34' }],
    });
  });

  it('are refused when there is none', () => {
    expect(() => dtlsParametersFromOffer('v=0\r\n')).toThrow('SHA-256');
  });
});
