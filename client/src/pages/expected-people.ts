import { classPlanSchema, MOST_PEOPLE_IN_A_CLASS } from '@lectern/contracts';
import { count } from '../app/format.ts';
import { m } from '../paraglide/messages.js';

/** How many people are expected by what a field says; null where it is empty, undefined where it is no number of people. */
export function expectedPeople(text: string): number | null | undefined {
  const digits = text.trim();
  if (digits === '') return null;
  return /^\d+$/.test(digits) ? classPlanSchema.shape.expectedPeople.safeParse(Number(digits)).data : undefined;
}

/** What is wrong with such a field, in words; undefined when it will do. */
export function expectedPeopleProblem(text: string): string | undefined {
  return expectedPeople(text) === undefined
    ? m.plan_expected_wrong({ most: count(MOST_PEOPLE_IN_A_CLASS) })
    : undefined;
}
