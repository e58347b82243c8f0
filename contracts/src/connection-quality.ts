import type { ConnectionQuality } from './class.ts';

/** Up to here speech stays natural (ITU-T G.114 counts 150 ms one way as good, 400 ms as the limit). */
const GOOD = { rttMs: 300, lossShare: 0.02 };
const FAIR = { rttMs: 800, lossShare: 0.08 };

/** The quality of a link in three steps; the worse of round-trip time and loss decides. The same on both sides. */
export function connectionQuality(rttMs: number, lossShare: number): ConnectionQuality {
  if (rttMs <= GOOD.rttMs && lossShare <= GOOD.lossShare) return 'good';
  return rttMs <= FAIR.rttMs && lossShare <= FAIR.lossShare ? 'fair' : 'poor';
}
