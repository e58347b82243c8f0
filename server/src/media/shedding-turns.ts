import type { Shedding as SheddingState } from '@lectern/contracts';
import type { Turn } from './shedding.ts';

/** A class among those that share workers. */
interface Member<Sheds> {
  /** A load test's. */
  readonly synthetic: boolean;
  readonly shedding: Sheds;
}

interface Sheds<Self> {
  readonly state: SheddingState;
  readonly hasMoreToGive: boolean;
  sharesWorkers(other: Self): boolean;
}

/**
 * Whose turn it is: people give up nothing while a load test on the same workers has anything left to give, and a load test takes nothing back while
 * people beside it do without something.
 */
export function turnsOf<S extends Sheds<S>, Class extends Member<S>>(
  classes: Iterable<Class>,
): readonly (readonly [Class, Turn])[] {
  const all = [...classes];
  return all.map((each) => {
    const beside = all.filter(
      (other) => other.synthetic !== each.synthetic && other.shedding.sharesWorkers(each.shedding),
    );
    return [
      each,
      {
        giveUp: each.synthetic || !beside.some(({ shedding }) => shedding.hasMoreToGive),
        takeBack: !each.synthetic || beside.every(({ shedding }) => shedding.state.step === 'none'),
      },
    ] as const;
  });
}
