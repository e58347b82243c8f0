import type { AudioPtimeMs, MediaSource } from '@lectern/contracts';
import type { types } from 'mediasoup-client';

interface Rung {
  readonly heightPx: number;
  readonly maxBitrate: number;
}
const LOW: Rung = { heightPx: 180, maxBitrate: 150_000 };
const MIDDLE: Rung = { heightPx: 360, maxBitrate: 500_000 };
const TOP_HEIGHT_PX = 720;
const TOP_BITRATE = 1_500_000;
/** A rung this close below the top would cost an encoder and help nobody. */
const WORTH_IT = 0.75;

/** The simulcast layers of a camera of this height, smallest first: 180, 360 and at most 720 lines. */
export function cameraEncodings(heightPx: number): types.RtpEncodingParameters[] {
  const topPx = Math.min(TOP_HEIGHT_PX, heightPx);
  const lower = [LOW, MIDDLE].filter((rung) => rung.heightPx < topPx * WORTH_IT);
  const top: Rung = { heightPx: topPx, maxBitrate: topBitrate(topPx) };
  return [...lower, top].map((rung) => ({
    scaleResolutionDownBy: heightPx / rung.heightPx,
    maxBitrate: rung.maxBitrate,
    scalabilityMode: 'L1T3',
  }));
}

function topBitrate(heightPx: number): number {
  const share = Math.min(1, (heightPx / TOP_HEIGHT_PX) ** 2);
  return Math.max(MIDDLE.maxBitrate, Math.round(TOP_BITRATE * share));
}

/** One sharp layer: text must stay readable, and temporal layers let the server thin it out for a slow link. */
const SCREEN: types.RtpEncodingParameters = { maxBitrate: 2_500_000, maxFramerate: 15, scalabilityMode: 'L1T3' };

/** How each source is encoded, as the WebRTC library takes it. */
export function producerOptions(
  source: MediaSource,
  track: MediaStreamTrack,
  audioPtimeMs: AudioPtimeMs,
): types.ProducerOptions {
  switch (source) {
    case 'microphone':
      return {
        track,
        codecOptions: { opusDtx: true, opusFec: true, opusMaxAverageBitrate: 40_000, opusPtime: audioPtimeMs },
      };
    case 'screen-audio':
      return {
        track,
        codecOptions: {
          opusStereo: true,
          opusDtx: true,
          opusFec: true,
          opusMaxAverageBitrate: 128_000,
          opusPtime: audioPtimeMs,
        },
      };
    case 'screen':
      return { track, encodings: [SCREEN], codecOptions: { videoGoogleStartBitrate: 1000 } };
    case 'camera':
      return {
        track,
        encodings: cameraEncodings(track.getSettings().height ?? TOP_HEIGHT_PX),
        codecOptions: { videoGoogleStartBitrate: 600 },
      };
  }
}
