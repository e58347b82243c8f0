/** From here on an estimate is known to the minute only. */
export const ESTIMATE_IN_SECONDS_UP_TO_MS = 90_000;
const SECONDS_STEP_MS = 5_000;
const MINUTE_MS = 60_000;

/** An estimate of a wait, both in milliseconds, no finer than it is known: up to five seconds, or to a whole minute. */
export function roundedEstimateMs(estimateMs: number): number {
  const stepMs = estimateMs <= ESTIMATE_IN_SECONDS_UP_TO_MS ? SECONDS_STEP_MS : MINUTE_MS;
  return Math.ceil(estimateMs / stepMs) * stepMs;
}
