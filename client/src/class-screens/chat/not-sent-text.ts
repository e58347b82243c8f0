import { errorText } from '../../app/error-text.ts';
import { AwayError } from '../../http/offline-error.ts';
import { m } from '../../paraglide/messages.js';

/** Why a line of the chat is not sent; that nothing was done, the words for a lost connection say by themselves. */
export function notSentText(error: unknown): string {
  if (error instanceof AwayError && !error.sent) return m.class_chat_not_sent_away();
  return `${m.class_chat_not_sent()} ${errorText(error)}`;
}
