import type { ErrorCode } from '@lectern/contracts';

const FIRST_MS = 300;
const CAP_MS = 5000;
/** For those few without whom there is nothing to come back to: whoever teaches, and the stage. */
const AWAITED_CAP_MS = 1000;
/** How long to wait at a locked door where the server does not say: nobody unlocks a class from one second to the next. */
export const LOCKED_RETRY_MS = 10_000;

/** What a wait depends on besides the number of the attempt. */
export interface ReconnectWait {
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** Everybody else waits for what this page publishes. */
  readonly isAwaited?: boolean;
}

/**
 * Milliseconds to wait before this attempt (1 is the first): doubled each time up to 5 s, or up to 1 s for whoever the class waits for, spread
 * by half, so that a class that lost its server together does not come back in one moment. A wait that the server named is kept, and spread.
 */
export function reconnectDelayMs(
  attempt: number,
  { retryAfterMs, isAwaited = false }: ReconnectWait = {},
  random: () => number = Math.random,
): number {
  const ceilingMs = Math.min(isAwaited ? AWAITED_CAP_MS : CAP_MS, FIRST_MS * 2 ** (attempt - 1));
  const spread = 0.5 + random() / 2;
  return Math.round(retryAfterMs === undefined ? ceilingMs * spread : retryAfterMs * (0.5 + spread));
}

/** Why a refused connection ends for good; null when trying again makes sense. */
export function finalReason(code: ErrorCode): 'class-ended' | 'removed' | 'protocol-old' | 'refused' | null {
  switch (code) {
    case 'class-ended':
    case 'removed':
    case 'protocol-old':
      return code;
    case 'class-full':
    case 'class-locked':
    case 'too-many':
    case 'unavailable':
    case 'internal':
      return null;
    default:
      return 'refused';
  }
}

/** Longest silence of a one-second timer that is still taken for a busy page. */
const ASLEEP_MS = 8000;

/**
 * True when this much wall time between two ticks of a one-second timer means that the device slept: transports and
 * clocks must be looked at before anything else. Throttled timers of hidden pages tick at least once a minute, and a
 * look too many costs one round trip.
 */
export function sleptBetween(previousTickMs: number, tickMs: number): boolean {
  return tickMs - previousTickMs > ASLEEP_MS;
}
