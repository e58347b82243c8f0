import { LecternError, type Account, type ClassCard, type Seat } from '@lectern/contracts';
import {
  forgetSeat,
  keepJoinCode,
  keepLoadTest,
  keepNewSeat,
  keepSeat,
  keptJoinCode,
  keptSeat,
} from '../app/seat-keeping.ts';
import { finalReason, LOCKED_RETRY_MS } from '../classroom/reconnect-policy.ts';
import { readClass, takeSeat } from '../http/api.ts';
import { OfflineError } from '../http/offline-error.ts';

/**
 * Takes a seat in a class and keeps it on this device. A seat kept from before is handed back; one that opens nothing any
 * more is forgotten, and a new one taken where there is a name for it. Rejects with LecternError.
 */
export async function enterClass(
  target: { code: string } & Pick<ClassCard, 'classId' | 'synthetic'>,
  name: string | undefined,
): Promise<Seat> {
  keepJoinCode(target.classId, target.code);
  keepLoadTest(target.classId, target.synthetic);
  const kept = keptSeat(target.classId);
  const named = name === undefined ? {} : { name };
  if (kept) {
    try {
      const seat = await takeSeat(target.code, {
        ...named,
        keep: { seatId: kept.seatId, seatSecret: kept.seatSecret },
      });
      keepSeat(seat);
      return seat;
    } catch (error) {
      if (!(error instanceof LecternError) || error.code !== 'seat-wrong') throw error;
      forgetSeat(target.classId);
      // Only a guest is refused so: an account gets its own seat. Whoever sits here now says first who they are.
      if (name === undefined) throw error;
    }
  }
  const seat = await takeSeat(target.code, named);
  // An account's may be in use in another tab; a guest's is new.
  if (name === undefined) keepSeat(seat);
  else keepNewSeat(seat);
  return seat;
}

/**
 * Whether staff removed the guest whose seat is kept here. Asked by handing the seat back, which changes nothing of it; false
 * where the answer is another one, or none.
 */
export async function guestIsRemoved(code: string, { seatId, seatSecret }: Seat): Promise<boolean> {
  try {
    await takeSeat(code, { keep: { seatId, seatSecret } });
    return false;
  } catch (error) {
    return error instanceof LecternError && error.code === 'removed';
  }
}

/**
 * Takes the seat of the signed-in account anew, after another device has sat down on it and the one kept here opens
 * nothing any more. Null where nobody is signed in or the link is not known. Rejects when the server cannot be reached, and
 * with `class-ended` or `removed`.
 */
export async function retakeSeat(classId: string): Promise<Seat | null> {
  const code = keptJoinCode(classId);
  if (code === null) return null;
  try {
    // Without a name and without the kept place only an account finds a seat.
    const seat = await takeSeat(code, {});
    keepSeat(seat);
    return seat;
  } catch (error) {
    if (error instanceof LecternError && finalReason(error.code) === 'refused') return null;
    throw error;
  }
}

/**
 * The code of the link to a class, for whoever is signed in and teaches it or assists; null for everybody else, and where the
 * server cannot be asked.
 */
export async function joinCodeOf(classId: string, account: () => Promise<Account | null>): Promise<string | null> {
  try {
    return (await account()) === null ? null : (await readClass(classId)).joinCode;
  } catch {
    return null;
  }
}

/** How long to wait before knocking again where the server does not say. */
const KNOCK_AGAIN_MS = { 'class-full': 5_000, 'too-many': 5_000, 'class-locked': LOCKED_RETRY_MS } as const;

/** Why a door stays shut for now: it is knocked at again by itself. */
export type ShutDoor = keyof typeof KNOCK_AGAIN_MS;

/** How long to wait before knocking again: what the server says, or what suits the reason, spread by up to half. */
export function knockAgainMs(door: ShutDoor, error: unknown, random: () => number = Math.random): number {
  const named = error instanceof LecternError ? error.retryAfterMs : undefined;
  return Math.round((named ?? KNOCK_AGAIN_MS[door]) * (1 + random() / 2));
}

/** The shut door that this answer tells of, or null. A knock that nobody heard leaves the door as it was `before`. */
export function shutDoor(error: unknown, before: ShutDoor | null): ShutDoor | null {
  if (!(error instanceof LecternError)) return error instanceof OfflineError ? before : null;
  switch (error.code) {
    case 'class-full':
    case 'too-many':
    case 'class-locked':
      return error.code;
    case 'unavailable':
    case 'internal':
      return before;
    default:
      return null;
  }
}

/** The code in what somebody typed or pasted: a whole link or the code alone; null when there is none. */
export function joinCodeIn(text: string): string | null {
  return (
    /(?:^|\/c\/|\s)([a-z0-9]{4}-?[a-z0-9]{4}-?[a-z0-9]{4})\b/i
      .exec(text.trim())?.[1]
      ?.toLowerCase()
      .replaceAll('-', '')
      .replace(/^(.{4})(.{4})(.{4})$/, '$1-$2-$3') ?? null
  );
}
