import { LecternError, type ErrorCode } from '@lectern/contracts';
import { AwayError, OfflineError } from '../http/offline-error.ts';
import { m } from '../paraglide/messages.js';

/** Each error code in the reader's language. `satisfies` keeps it complete; a test holds both languages to it. */
const ERROR_TEXTS = {
  'bad-request': m.error_bad_request,
  'too-large': m.error_too_large,
  'not-signed-in': m.error_not_signed_in,
  'wrong-credentials': m.error_wrong_credentials,
  'not-allowed': m.error_not_allowed,
  'cross-site': m.error_cross_site,
  'not-found': m.error_not_found,
  'link-wrong': m.error_link_wrong,
  'link-expired': m.error_link_expired,
  'link-used': m.error_link_used,
  conflict: m.error_conflict,
  'last-instructor': m.error_last_instructor,
  'email-taken': m.error_email_taken,
  draining: m.error_draining,
  'load-tests-off': m.error_load_tests_off,
  'load-token-wrong': m.error_load_token_wrong,
  'too-many': m.error_too_many,
  'set-up-first': m.error_set_up_first,
  'guests-not-allowed': m.error_guests_not_allowed,
  'class-locked': m.error_class_locked,
  'class-full': m.error_class_full,
  'class-ended': m.error_class_ended,
  'class-not-live': m.error_class_not_live,
  'class-live': m.error_class_live,
  removed: m.error_removed,
  'seat-wrong': m.error_seat_wrong,
  'protocol-old': m.error_protocol_old,
  'slow-mode': m.error_slow_mode,
  'chat-closed': m.error_chat_closed,
  'chat-crowded': m.error_chat_crowded,
  'stage-full': m.error_stage_full,
  'over-capacity': m.error_over_capacity,
  'signal-off': m.error_signal_off,
  'permission-missing': m.error_permission_missing,
  'media-gone': m.error_media_gone,
  unavailable: m.error_unavailable,
  internal: m.error_internal,
} as const satisfies Record<ErrorCode, () => string>;

/** What went wrong, in the reader's words. Anything but our own errors and a lost connection reads as `internal`. */
export function errorText(error: unknown): string {
  if (error instanceof AwayError) return error.sent ? m.error_no_answer() : m.error_away();
  if (error instanceof LecternError) return ERROR_TEXTS[error.code]();
  if (error instanceof OfflineError) return m.error_offline();
  return m.error_internal();
}

/** The same where a password alone was asked for. */
export function passwordErrorText(error: unknown): string {
  return error instanceof LecternError && error.code === 'wrong-credentials' ? m.wrong_password() : errorText(error);
}

/** The code alone, for words beside an action that failed. */
export function errorCodeText(code: ErrorCode): string {
  return ERROR_TEXTS[code]();
}
