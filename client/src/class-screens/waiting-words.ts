const SOON_MS = 5_000;
const LONGEST_IN_SECONDS_MS = 90_000;
const SECONDS_STEP = 5;

/** An estimate in words that are no finer than it is known: seconds in fives, minutes from a minute and a half on. */
export function waitingWords(
  estimateMs: number | null,
): { in: 'soon' | 'unknown' } | { in: 'seconds' | 'minutes'; count: number } {
  if (estimateMs === null) return { in: 'unknown' };
  if (estimateMs <= SOON_MS) return { in: 'soon' };
  if (estimateMs <= LONGEST_IN_SECONDS_MS) {
    return { in: 'seconds', count: Math.ceil(estimateMs / 1_000 / SECONDS_STEP) * SECONDS_STEP };
  }
  return { in: 'minutes', count: Math.ceil(estimateMs / 60_000) };
}
