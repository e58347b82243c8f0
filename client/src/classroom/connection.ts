import type { ErrorCode } from '@lectern/contracts';

/** Why a class is over for this page. */
export type EndReason =
  'class-ended' | 'class-cancelled' | 'removed' | 'erased' | 'taken-over' | 'signed-out' | 'left' | 'refused';

/** Why nobody comes in for now. */
export type ShutClass = 'locked' | 'full';

/** A place in the queue at the door, from 1, and how long it takes; null while nothing is known of that. */
export interface WaitingPlace {
  readonly place: number;
  readonly estimateMs: number | null;
}

/** Where this page stands: `reconnecting` keeps the seat, `ended` is not tried again by itself. */
export type Connection =
  /** `shut`: somebody locked the class just before this page came in, or it is full; it is let in once that is over. */
  | { readonly kind: 'connecting'; readonly shut?: ShutClass | null; readonly waiting?: WaitingPlace }
  | { readonly kind: 'connected' }
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  | { readonly kind: 'ended'; readonly reason: EndReason; readonly error?: ErrorCode };
export type Ended = Extract<Connection, { kind: 'ended' }>;

/** The error with which an entering page learns of an ending. */
export function errorCodeOf({ reason, error }: Ended): ErrorCode {
  if (error !== undefined) return error;
  if (reason === 'erased') return 'seat-wrong';
  if (reason === 'class-cancelled') return 'not-found';
  if (reason === 'signed-out') return 'not-signed-in';
  return reason === 'class-ended' || reason === 'removed' ? reason : 'unavailable';
}
