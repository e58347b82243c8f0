import type { MediaWorker } from './media-worker.ts';
import type { SeatMedia } from './seat-media.ts';

/** Packets that each worker sent to these seats each second between the last two samples of what the stage sends. */
export function sentPerSecond(seats: Iterable<SeatMedia>): ReadonlyMap<MediaWorker, number> {
  const sent = new Map<MediaWorker, number>();
  for (const { receive } of seats) {
    if (receive?.transport.dtlsState !== 'connected') continue;
    const { worker } = receive.router;
    let sum = sent.get(worker) ?? 0;
    for (const { consumer, of } of receive.consumers.values()) {
      if (!consumer.paused && !consumer.producerPaused)
        sum += of.rates.sentPerSecond(consumer.currentLayers?.spatialLayer);
    }
    sent.set(worker, sum);
  }
  return sent;
}
