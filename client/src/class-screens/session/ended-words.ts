import type { ErrorCode } from '@lectern/contracts';
import { errorCodeText } from '../../app/error-text.ts';
import type { EndReason } from '../../classroom/connection.ts';
import { m } from '../../paraglide/messages.js';

/** The way on: come back with the same seat, sign in first, load the page anew, or none. */
export type WayOn = 'use-here' | 'come-back' | 'sign-in' | 'try-again' | 'reload' | null;

export interface EndedWords {
  readonly title: string;
  readonly text: string;
  readonly wayOn: WayOn;
}

/** Why the class is over for this page, in words, with the way on. */
export function endedWords(reason: EndReason, error: ErrorCode | undefined, isStaff = false): EndedWords {
  switch (reason) {
    case 'class-ended':
      return { title: m.class_ended(), text: isStaff ? m.class_ended_text_staff() : m.class_ended_text(), wayOn: null };
    case 'class-cancelled':
      return { title: m.class_cancelled(), text: m.class_cancelled_text(), wayOn: null };
    case 'removed':
      return { title: m.class_removed(), text: m.class_removed_text(), wayOn: null };
    case 'erased':
      return { title: m.class_seat_gone(), text: m.class_seat_gone_text(), wayOn: null };
    case 'taken-over':
      return { title: m.class_taken_over(), text: m.class_taken_over_text(), wayOn: 'use-here' };
    case 'signed-out':
      return { title: m.class_signed_out(), text: m.class_signed_out_text(), wayOn: 'sign-in' };
    case 'left':
      return { title: m.class_left(), text: m.class_left_text(), wayOn: 'come-back' };
    case 'refused':
      return refusedWords(error);
  }
}

function refusedWords(error: ErrorCode | undefined): EndedWords {
  if (error === 'protocol-old') return { title: m.class_old_page(), text: m.class_old_page_text(), wayOn: 'reload' };
  if (error === 'not-found') return { title: m.class_gone(), text: m.class_gone_text(), wayOn: null };
  // An account's seat that is in use elsewhere, too, and nobody is signed in here who could take it.
  if (error === 'seat-wrong' || error === 'conflict') return endedWords('erased', undefined);
  if (error === 'class-ended') return endedWords('class-ended', undefined);
  if (error === 'removed') return endedWords('removed', undefined);
  return { title: m.class_refused(), text: errorCodeText(error ?? 'internal'), wayOn: 'try-again' };
}
