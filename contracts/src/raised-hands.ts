import { z } from 'zod';
import { personSchema } from './class.ts';

/** Up to here a place in the order of hands is told as it is. */
export const EXACT_PLACES = 10;

/** Further back a place moves with every hand that goes down, and what is told is a step that it has not passed yet. */
const STEPS = [11, 21, 51, 101, 201, 501, 1001, 2001, 5001];

/**
 * The place as its owner is told it: up to ten the place itself, from there on the step at or before it (11, 21, 51 and so on:
 * "behind the first 20"). So a hand on its way to the front costs some twenty messages at most, whatever happens around it.
 */
export function toldPlace(place: number): number {
  if (place <= EXACT_PLACES) return place;
  return STEPS.findLast((step) => step <= place) ?? place;
}

/** Hands: staff see the first in order with names, a student the count and the own place as `toldPlace` has it. */
export const handsSchema = z.strictObject({
  count: z.number().int().nonnegative(),
  myPlace: z.number().int().positive().nullable(),
  /** In server order, at most 100; null for students. */
  order: z.array(personSchema).max(100).nullable(),
});
export type Hands = z.infer<typeof handsSchema>;
