/** So many people come each second. */
export const JOINS_PER_S = 2000 / 60;
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

/** A load has settled within this, however long it is held. */
const SETTLED_S = 10;
/** What nobody takes is in every cost, and what the fewest take whose cost is judged is least: a second of them says less. */
const HELD_LONGER = [0, 100];
const LONGER = 3;

/** How long a load of so many settles and is then held, in seconds, where most are held for `measureS`. */
export function heldFor(people: number, measureS: number): { readonly settleS: number; readonly heldS: number } {
  const times = HELD_LONGER.includes(people) ? LONGER : 1;
  return { settleS: Math.min(SETTLED_S, measureS), heldS: times * measureS };
}

/** How long all loads up to this are settling and held, the one with nobody in the class included, in seconds. */
export function allHeldS(most: number, measureS: number): number {
  return [0, ...loadsUpTo(most)]
    .map((people) => heldFor(people, measureS))
    .reduce((sum, { settleS, heldS }) => sum + settleS + heldS, 0);
}
