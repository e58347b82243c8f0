import { displayNameSchema, emailSchema, passwordSchema } from '@lectern/contracts';
import { m } from '../paraglide/messages.js';

/** What is wrong with a name, in words; undefined when the server will take it. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return m.field_needed();
  return displayNameSchema.safeParse(name).success ? undefined : m.name_wrong();
}

/** What is wrong with an e-mail address; undefined when it will do. */
export function emailProblem(email: string): string | undefined {
  if (email.trim() === '') return m.field_needed();
  return emailSchema.safeParse(email.trim()).success ? undefined : m.email_wrong();
}

/** What is wrong with a new password; undefined when it will do. */
export function passwordProblem(password: string): string | undefined {
  return passwordSchema.safeParse(password).success ? undefined : m.password_short();
}

/** Asks for some text where there is none. */
export function textProblem(text: string): string | undefined {
  return text.trim() === '' ? m.field_needed() : undefined;
}
