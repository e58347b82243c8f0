import type { MediaSource } from '@lectern/contracts';

/** Packets per second that one consumer of each source costs a worker, measured at our usual rates. */
const PACKETS_PER_S: Readonly<Record<MediaSource, number>> = {
  microphone: 50,
  'screen-audio': 50,
  camera: 70,
  screen: 110,
};
/** STUN checks and RTCP of a transport that carries nothing. */
export const IDLE_TRANSPORT_PACKETS_PER_S = 2;
/** What a worker that has no router of the class yet must be better by: a router costs pipes for the whole stage. */
export const NEW_ROUTER_PACKETS_PER_S = 1_000;

export function packetsPerSecond(source: MediaSource): number {
  return PACKETS_PER_S[source];
}
