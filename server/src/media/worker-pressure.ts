import type { MediaWorker } from './media-worker.ts';
import { CORE_SHARE } from './packet-cost.ts';
import type { Pressure } from './shedding.ts';

/** How full a worker is: by the packets that it is expected to send, or by the CPU that it really takes, whichever is more. */
export function pressureOf({ load, cost, usage }: MediaWorker): Pressure {
  const packets = load.perSecond / cost.budgetPerSecond;
  const cpu = (usage?.cpuShare ?? 0) / CORE_SHARE;
  return packets >= cpu ? { share: packets, reason: 'packets' } : { share: cpu, reason: 'cpu' };
}
