import { percentile } from '@lectern/testbed';

/** How many values become one, in k6's words: `p(95)`, `max`, `avg`, `med`, `count` (a sum) and `value` (the last). */
export function aggregate(how: string, values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const share = /^p\((\d+(?:\.\d+)?)\)$/.exec(how)?.[1];
  if (share !== undefined) return percentile(values, Number(share) / 100);
  switch (how) {
    case 'med':
      return percentile(values, 0.5);
    case 'max':
      return values.reduce((most, value) => Math.max(most, value));
    case 'min':
      return values.reduce((least, value) => Math.min(least, value));
    case 'avg':
      return sum(values) / values.length;
    case 'count':
      return sum(values);
    case 'value':
      return values.at(-1) ?? null;
    default:
      throw new RangeError(`there is no aggregate "${how}"`);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
