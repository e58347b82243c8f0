import type { types } from 'mediasoup';

const CONGESTION_CONTROL: readonly string[] = [
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
];

/**
 * What a device can take of a producer. Congestion control is left out where it decides nothing: it chooses layers, sound and
 * a picture of one layer have none, and counting each packet for it costs the worker more than half as much again.
 */
export function capabilitiesFor(
  { type }: Pick<types.Producer, 'type'>,
  capabilities: types.RtpCapabilities,
): types.RtpCapabilities {
  if (type !== 'simple') return capabilities;
  const headerExtensions = (capabilities.headerExtensions ?? []).filter(({ uri }) => !CONGESTION_CONTROL.includes(uri));
  return { ...capabilities, headerExtensions };
}
