import { samplesOf } from './exposition.ts';

/** What a histogram counted up to each bound, the bounds in their order. */
export type Buckets = readonly (readonly [bound: number, count: number])[];

/** The histogram of this name, over all its labels but `le`; empty where there is none. */
export function bucketsOf(exposition: string, name: string): Buckets {
  const sums = new Map<number, number>();
  for (const { labels, value } of samplesOf(exposition, `${name}_bucket`)) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    sums.set(bound, (sums.get(bound) ?? 0) + value);
  }
  return [...sums].sort(([one], [other]) => one - other);
}

/** How much a histogram counted in all. */
export function totalOf(buckets: Buckets): number {
  return buckets.at(-1)?.[1] ?? 0;
}

/**
 * The quantile of what was counted between two looks, evenly within its bucket; the highest bound where it lies beyond. Null where nothing
 * was counted.
 */
export function quantileBetween(before: Buckets, now: Buckets, quantile: number): number | null {
  const earlier = new Map(before);
  const since = now.map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)] as const);
  const total = totalOf(since);
  if (total === 0) return null;
  const rank = quantile * total;
  let [lower, below] = [0, 0];
  for (const [bound, count] of since) {
    if (count >= rank) return bound === Infinity ? lower : lower + ((bound - lower) * (rank - below)) / (count - below);
    [lower, below] = [bound, count];
  }
  return lower;
}
