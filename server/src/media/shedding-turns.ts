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
  meetsAtFullest(other: Self): boolean;
}

/**
 * Whose turn it is. People give up nothing while a load test on their fullest worker has anything left to give. A load test beside people gives up
 * everything at once when it has to, has to wherever they do without something, and takes nothing back before they have it all again.
 */
export function turnsOf<S extends Sheds<S>, Class extends Member<S>>(
  classes: Iterable<Class>,
): readonly (readonly [Class, Turn])[] {
  const all = [...classes];
  const tests = all.filter(({ synthetic }) => synthetic);
  const people = all.filter(({ synthetic }) => !synthetic);
  return all.map((each) => [
    each,
    each.synthetic ? turnOfTest(each.shedding, people) : turnOfPeople(each.shedding, tests),
  ]);
}

function turnOfPeople<S extends Sheds<S>>(shedding: S, tests: readonly Member<S>[]): Turn {
  // A test on another worker of theirs may be far from its own limit, and would never give up anything.
  const gives = tests.some((test) => test.shedding.hasMoreToGive && shedding.meetsAtFullest(test.shedding));
  return { giveUp: gives ? 'never' : 'when-near', everything: false, takeBack: true };
}

function turnOfTest<S extends Sheds<S>>(shedding: S, people: readonly Member<S>[]): Turn {
  const beside = people.filter((other) => other.shedding.sharesWorkers(shedding));
  const doWithout = beside.some((other) => other.shedding.state.step !== 'none');
  return { giveUp: doWithout ? 'now' : 'when-near', everything: beside.length > 0, takeBack: !doWithout };
}
