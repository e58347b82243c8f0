import { z } from 'zod';
import { displayNameSchema } from './identity.ts';
import type { SeatId } from './identity.ts';
import type { ClassRole } from './roles.ts';
import type { Person } from './class.ts';

/**
 * The chat on the wire. A lively class sends ten lines a second to everybody, so a line is a short tuple and the lines that
 * travel together share one time.
 */
export const MAX_CHAT_CHARACTERS = 2000;

const count = z.number().int().nonnegative();

/** Characters of a seat's id by which a line names its writer: enough to tell two writers of one name apart. */
const WRITER_CHARACTERS = 8;

/** `[messageId, secondsBefore, writer, name, text, role?]`: so long before the time of its page; the role stands for staff alone. */
export const chatLineSchema = z.tuple([
  count,
  z.number().int(),
  z.string().length(WRITER_CHARACTERS),
  displayNameSchema,
  z.string().max(MAX_CHAT_CHARACTERS),
  z.enum(['instructor', 'assistant']).optional(),
]);
export type ChatLine = z.infer<typeof chatLineSchema>;

/** Lines in the order of their numbers, and the time that they count back from, in seconds since 1970. */
export const chatLinesFields = { at: count, lines: z.array(chatLineSchema) };
export type ChatLines = z.infer<z.ZodObject<typeof chatLinesFields>>;

export const chatSettingsSchema = z.strictObject({
  writers: z.enum(['everyone', 'staff']),
  /** Seconds between two messages of one student; 0 is off. */
  slowModeSeconds: z.number().int().min(0).max(600),
});
export type ChatSettings = z.infer<typeof chatSettingsSchema>;

/** A line as screens show it. */
export interface ChatMessage {
  readonly messageId: number;
  readonly writer: string;
  readonly name: string;
  readonly role: ClassRole;
  readonly text: string;
  readonly sentAt: Date;
}

/** The name under which a seat's lines go. */
export function writerOf(seatId: SeatId): string {
  return seatId.slice(0, WRITER_CHARACTERS);
}

/** Puts messages, in the order of their numbers, into the wire's form. */
export function toChatLines(
  messages: readonly { messageId: number; from: Person; text: string; sentAt: Date }[],
): ChatLines {
  const at = secondsOf(messages.at(-1)?.sentAt ?? new Date(0));
  const lines = messages.map(({ messageId, from, text, sentAt }): ChatLine => {
    const line: ChatLine = [messageId, at - secondsOf(sentAt), writerOf(from.seatId), from.name, text];
    if (from.role !== 'student') line[5] = from.role;
    return line;
  });
  return { at, lines };
}

/** The messages that came in the wire's form. */
export function fromChatLines({ at, lines }: ChatLines): ChatMessage[] {
  return lines.map(([messageId, secondsBefore, writer, name, text, role]) => {
    const sentAt = new Date((at - secondsBefore) * 1000);
    return { messageId, writer, name, role: role ?? 'student', text, sentAt };
  });
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
