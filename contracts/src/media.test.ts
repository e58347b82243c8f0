import { describe, expect, it } from 'vitest';
import {
  dtlsParametersSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  sctpStreamParametersSchema,
} from './media.ts';

const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const long = 'x'.repeat(300);
const codec = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
const capability = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000 };
const extension = { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 };
const fingerprint = { algorithm: 'sha-256', value: 'AB:'.repeat(31) + 'AB' };

describe('WebRTC parameters larger than any honest client sends', () => {
  it.each([
    ['codecs', { codecs: many(17, codec) }],
    ['no codec', { codecs: [] }],
    ['encodings', { codecs: [codec], encodings: many(5, { ssrc: 1 }) }],
    ['header extensions', { codecs: [codec], headerExtensions: many(33, extension) }],
    ['a long extension', { codecs: [codec], headerExtensions: [{ ...extension, uri: long }] }],
    ['feedback', { codecs: [{ ...codec, rtcpFeedback: many(17, { type: 'nack' }) }] }],
    ['codec parameters', { codecs: [{ ...codec, parameters: Object.fromEntries(many(33, 0).map((_, i) => [i, 1])) }] }],
    ['a long codec parameter', { codecs: [{ ...codec, parameters: { profile: 'x'.repeat(1_025) } }] }],
    ['a large clock rate', { codecs: [{ ...codec, clockRate: 1_000_001 }] }],
    ['a large SSRC', { codecs: [codec], encodings: [{ ssrc: 2 ** 32 }] }],
    ['a large bit rate', { codecs: [codec], encodings: [{ ssrc: 1, maxBitrate: 50_000_001 }] }],
    ['a long mid', { codecs: [codec], mid: long }],
    ['a long rid', { codecs: [codec], encodings: [{ rid: long }] }],
    ['a long cname', { codecs: [codec], rtcp: { cname: long } }],
  ])('are refused before the media worker sees them: %s', (_what, parameters) => {
    expect(rtpParametersSchema.safeParse(parameters).success).toBe(false);
  });

  it('are refused as capabilities, fingerprints and streams too', () => {
    expect(rtpCapabilitiesSchema.safeParse({ codecs: many(65, capability) }).success).toBe(false);
    expect(dtlsParametersSchema.safeParse({ fingerprints: many(9, fingerprint) }).success).toBe(false);
    expect(
      dtlsParametersSchema.safeParse({ fingerprints: [{ ...fingerprint, value: 'AB'.repeat(101) }] }).success,
    ).toBe(false);
    expect(sctpStreamParametersSchema.safeParse({ streamId: 1_024, ordered: false }).success).toBe(false);
  });

  it('are none of those that a browser sends', () => {
    const encodings = [{ rid: 'low', maxBitrate: 150_000, scaleResolutionDownBy: 4 }];
    const parameters = { mid: '0', codecs: [codec], headerExtensions: [extension], encodings, rtcp: { cname: 'a' } };
    expect(rtpParametersSchema.safeParse(parameters).success).toBe(true);
    expect(rtpCapabilitiesSchema.safeParse({ codecs: many(20, capability) }).success).toBe(true);
    expect(dtlsParametersSchema.safeParse({ role: 'client', fingerprints: [fingerprint] }).success).toBe(true);
  });
});
