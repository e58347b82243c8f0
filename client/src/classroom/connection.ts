import type { ErrorCode } from '@lectern/contracts';

/** Why a class is over for this page. */
export type EndReason =
  'class-ended' | 'class-cancelled' | 'removed' | 'erased' | 'taken-over' | 'signed-out' | 'left' | 'refused';

/** Where this page stands: `reconnecting` keeps the seat, `ended` is not tried again by itself. */
export type Connection =
  /** `locked`: somebody locked the class just before this page came in; it is let in once that is undone. */
  | { readonly kind: 'connecting'; readonly locked?: boolean }
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
