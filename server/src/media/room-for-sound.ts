import type { MediaWorker } from './media-worker.ts';
import type { SeatMedia } from './seat-media.ts';

/** True when every worker on which these people receive stays within its budget with so many packets more for each of them. */
export function hasRoomForSound(seats: Iterable<SeatMedia>, packetsPerSecond: number): boolean {
  const listeners = new Map<MediaWorker, number>();
  for (const { receive } of seats)
    if (receive) listeners.set(receive.router.worker, (listeners.get(receive.router.worker) ?? 0) + 1);
  return listeners
    .entries()
    .every(([{ load, cost }, count]) => load.perSecond + count * packetsPerSecond <= cost.budgetPerSecond);
}
