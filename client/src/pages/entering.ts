import { LecternError, type Seat } from '@lectern/contracts';
import { forgetSeat, keepJoinCode, keepSeat, keptJoinCode, keptSeat } from '../app/seat-keeping.ts';
import { finalReason } from '../classroom/reconnect-policy.ts';
import { takeSeat } from '../http/api.ts';

/**
 * Takes a seat in a class and keeps it on this device. A seat kept from before is handed back; one that opens nothing any
 * more is forgotten, and a new one taken where there is a name for it. Rejects with LecternError.
 */
export async function enterClass(target: { code: string; classId: string }, name: string | undefined): Promise<Seat> {
  keepJoinCode(target.classId, target.code);
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
  keepSeat(seat);
  return seat;
}

/**
 * Takes the seat of the signed-in account anew, after another device has sat down on it and the one kept here opens
 * nothing any more. Null where nobody is signed in or the link is not known. Rejects when the server cannot be reached.
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
    if (error instanceof LecternError && finalReason(error.code) !== null) return null;
    throw error;
  }
}

/** How long to wait before trying a full class again: what the server says, spread by up to half, 5 s by default. */
export function retryDelayMs(retryAfterMs: number | undefined, random: () => number = Math.random): number {
  return Math.round((retryAfterMs ?? 5000) * (1 + random() / 2));
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
