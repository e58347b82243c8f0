import { z } from 'zod';

/** A number, or the digits of one as the environment has it; what merely could be turned into a number is a mistake. */
const digits = z.string().trim().regex(/^\d+$/).transform(Number);

/** A setting that is a whole number within bounds. */
export const wholeNumber = (min: number, max: number) =>
  z.union([z.number(), digits], { error: 'it is not a whole number' }).pipe(z.int().min(min).max(max));
