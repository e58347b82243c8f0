import type { MediaWorker } from './media-worker.ts';
import { CORE_SHARE } from './packet-cost.ts';
import type { Pressure } from './shedding.ts';

/**
 * How full a worker is: by the packets that it is expected to send, or by the CPU that it really takes for them, whichever is
 * more. What those took who came in is not counted: that passes by itself, and no picture less would make it cheaper.
 */
export function pressureOf({ load, cost, usage }: Pick<MediaWorker, 'load' | 'cost' | 'usage'>): Pressure {
  const packets = load.perSecond / cost.budgetPerSecond;
  const cpu = (usage?.mediaShare ?? 0) / CORE_SHARE;
  return packets >= cpu ? { share: packets, reason: 'packets' } : { share: cpu, reason: 'cpu' };
}
