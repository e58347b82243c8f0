import { z } from 'zod';

/** Ids are UUIDs; branding keeps a seat from being passed where a class is meant. */
const uuid = () => z.uuid().transform((value) => value.toLowerCase());

export const classIdSchema = uuid().brand<'ClassId'>();
export type ClassId = z.infer<typeof classIdSchema>;
export const courseIdSchema = uuid().brand<'CourseId'>();
export type CourseId = z.infer<typeof courseIdSchema>;
export const accountIdSchema = uuid().brand<'AccountId'>();
export type AccountId = z.infer<typeof accountIdSchema>;
/** A seat is one person's place in one class; it survives reconnects, reloads and a restart of the server. */
export const seatIdSchema = uuid().brand<'SeatId'>();
export type SeatId = z.infer<typeof seatIdSchema>;
/** Pseudonym made for one class alone; the analytics store knows people by nothing else. */
export const contributorIdSchema = uuid().brand<'ContributorId'>();
export type ContributorId = z.infer<typeof contributorIdSchema>;

/** A name as others see it: trimmed, one line, 1 to 80 characters, no control or direction-changing characters
 * (the joiners U+200C and U+200D stay: Persian and Indic names need them). */
export const displayNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+$/u);

export const emailSchema = z
  .email()
  .max(254)
  .transform((value) => value.toLowerCase());
/** 10 to 200 characters; length is the only rule, as NIST SP 800-63B advises. */
export const passwordSchema = z.string().min(10).max(200);
/** An unguessable token in base64url, as it stands in links and cookies. */
export const tokenSchema = z.string().regex(/^[\w-]{20,128}$/);
