import type { Coverage } from '@lectern/contracts';

/**
 * The line of coverage in three kinds. `not` is camera off and declined in one: which of the two is known to nobody.
 * `few`: below five measured nothing more is said than how many are here.
 */
export type CoverageLine =
  | { readonly kind: 'none' }
  | { readonly kind: 'few'; readonly present: number }
  | { readonly kind: 'counts'; readonly measured: number; readonly unclear: number; readonly not: number };

/** The newest window's coverage in words' form. */
export function coverageLine(coverage: readonly Coverage[]): CoverageLine {
  const newest = coverage.at(-1);
  if (!newest || newest.present === 0) return { kind: 'none' };
  if (newest.measured === null) return { kind: 'few', present: newest.present };
  const unclear = newest.unclear ?? 0;
  return {
    kind: 'counts',
    measured: newest.measured,
    unclear,
    not: Math.max(0, newest.present - newest.measured - unclear),
  };
}
