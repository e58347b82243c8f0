import { ESTIMATE_IN_SECONDS_UP_TO_MS, roundedEstimateMs } from '@lectern/contracts';

const SOON_MS = 5_000;

/** An estimate in words that are no finer than it is known: seconds in fives, minutes from a minute and a half on. */
export function waitingWords(
  estimateMs: number | null,
): { in: 'soon' | 'unknown' } | { in: 'seconds' | 'minutes'; count: number } {
  if (estimateMs === null) return { in: 'unknown' };
  if (estimateMs <= SOON_MS) return { in: 'soon' };
  const roundedMs = roundedEstimateMs(estimateMs);
  return estimateMs <= ESTIMATE_IN_SECONDS_UP_TO_MS
    ? { in: 'seconds', count: roundedMs / 1_000 }
    : { in: 'minutes', count: roundedMs / 60_000 };
}
