import type { types } from 'mediasoup';

const CONGESTION_CONTROL: readonly string[] = [
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
];
/** A stream that arrives at the server as its presenter sent it. */
const WHOLE = 10;

/** What a device can take, without congestion control: counting each packet for it costs the worker more than half as much again. */
export function withoutCongestionControl(capabilities: types.RtpCapabilities): types.RtpCapabilities {
  const headerExtensions = (capabilities.headerExtensions ?? []).filter(({ uri }) => !CONGESTION_CONTROL.includes(uri));
  return { ...capabilities, headerExtensions };
}

/** True for a stream with layers, which are what congestion control chooses. Sound and a picture of one layer have none. */
export function isLayered({ type }: Pick<types.Producer | types.Consumer, 'type'>): boolean {
  return type === 'simulcast' || type === 'svc';
}

/** True where all that was sent came to the server: what is missing at the end of a link was then lost on that link. */
export function arrivesWhole({ score }: Pick<types.Consumer, 'score'>): boolean {
  return score.producerScore >= WHOLE;
}
