/** Wall-clock time of the class clock's zero, from a reading of both clocks at one moment. */
export function startOf(classClockMs: number, nowMs: number): Date {
  return new Date(nowMs - classClockMs);
}

/** How long the class runs, as a clock: "12 min", "1 h 05 min" in parts that the screen words. */
export function runningTime(classClockMs: number): { readonly hours: number; readonly minutes: number } {
  const minutes = Math.max(0, Math.floor(classClockMs / 60_000));
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
