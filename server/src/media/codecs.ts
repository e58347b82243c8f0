import { ortc } from 'mediasoup';
import type { types } from 'mediasoup';
import type { WireRtpCapabilities } from '@lectern/contracts';

/**
 * The codecs of every router: those that each WebRTC browser must be able to decode (RFC 7742, RFC 7874), so that
 * nobody in the audience meets a stream that the own device cannot show.
 */
export const MEDIA_CODECS: readonly types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    // Constrained baseline, level 3.1.
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

/** What every router can receive and send; the same for all, so that a page needs it once. */
export function routerCapabilities(): WireRtpCapabilities {
  return ortc.generateRouterRtpCapabilities([...MEDIA_CODECS]) as WireRtpCapabilities;
}
