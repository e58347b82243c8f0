import type { ConsumerOffer, MediaSource, SeatId } from '@lectern/contracts';
import type { ClassMedia } from './class-media.ts';
import { routerCapabilities } from './codecs.ts';

/** In place of a FloodWatch: links close without a last question. */
export const UNASKED = { lastLook: () => Promise.resolve() };

let ssrc = 1_000;

/** Publishes over a stage transport as a browser would, a camera in three sizes; gives the producer's id. Nothing is sent. */
export function publish(media: ClassMedia, seatId: SeatId, transportId: string, source: MediaSource): Promise<string> {
  const audio = source === 'microphone' || source === 'screen-audio';
  const codec = audio
    ? { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }
    : { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
  const encodings = Array.from({ length: source === 'camera' ? 3 : 1 }, () => ({
    ssrc: (ssrc += 10),
    ...(audio ? {} : { scalabilityMode: 'L1T3' }),
  }));
  const rtpParameters = { mid: String(ssrc), codecs: [codec], encodings };
  const kind = audio ? 'audio' : 'video';
  return media.produce(seatId, { transportId, source, kind, rtpParameters, paused: false });
}

/** Receives all that is on the stage, and has it sent; gives what that is. */
export async function watch(media: ClassMedia, seatId: SeatId): Promise<ConsumerOffer[]> {
  const { transportId } = await media.openTransport(seatId, true, 'receive');
  const offers = await media.receive(seatId, { transportId, rtpCapabilities: routerCapabilities() });
  await media.resumeConsumers(
    seatId,
    offers.map(({ consumerId }) => consumerId),
  );
  return offers;
}
