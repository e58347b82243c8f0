const STEPS = 20;
/** Between fewer people no one's cost can be told. */
const SMALLEST_STEP = 10;
/** Between these the goals say how cost may grow. */
const NAMED = [100, 500, 1000, 2000];

/** The loads that are tried one after the other, in people: twenty even ones, and those that the goals name. */
export function loadsUpTo(most: number): readonly number[] {
  const step = Math.max(SMALLEST_STEP, Math.round(most / STEPS));
  const even = Array.from({ length: Math.ceil(most / step) }, (_, index) => Math.min(most, (index + 1) * step));
  return [...new Set([...even, ...NAMED.filter((load) => load < most)])].sort((one, other) => one - other);
}
