import type { Coverage, Pacing } from '@lectern/contracts';

/**
 * The line of coverage in three kinds. `not` is camera off and declined in one: which of the two is known to nobody.
 * `few`: below five measured nothing more is said than how many are here.
 */
export type CoverageLine =
  | { readonly kind: 'none' }
  | { readonly kind: 'few'; readonly present: number }
  | { readonly kind: 'counts'; readonly measured: number; readonly unclear: number; readonly not: number };

type Counts = Pick<Pacing, 'measured' | 'minimumCohort' | 'coverage'>;

/** Coverage in words' form. The count that the headline is told from decides, so that the two never contradict each other. */
export function coverageLine({ measured, minimumCohort, coverage }: Counts): CoverageLine {
  const newest = coverage.at(-1);
  if (!newest || (measured === null && newest.present === 0)) return { kind: 'none' };
  if (measured === null) return { kind: 'few', present: newest.present };
  if (measured >= minimumCohort && (newest.measured ?? 0) >= minimumCohort) return counts(newest);
  // The headline's own count below k, and where the newest window alone fell below it.
  const told = coverage.findLast((row) => row.measured === measured);
  return told ? counts(told) : { kind: 'few', present: newest.present };
}

function counts({ measured, unclear, present }: Coverage): CoverageLine {
  const [scored, untold] = [measured ?? 0, unclear ?? 0];
  return { kind: 'counts', measured: scored, unclear: untold, not: Math.max(0, present - scored - untold) };
}
