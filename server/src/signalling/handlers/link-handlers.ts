import { connectionQuality, LecternError, mayDo } from '@lectern/contracts';
import type { HandlersOf } from './handler.ts';

/** The clock, the link, and leaving. */
export const linkHandlers: HandlersOf<'clock' | 'quality' | 'link-stats' | 'leave'> = {
  clock: ({ session }) => ({ classClockMs: session.live.state.classClockMs() }),

  quality: ({ session, person }, { rttMs, lossShare }) => {
    const quality = rttMs === null ? 'unknown' : connectionQuality(rttMs, lossShare ?? 0);
    session.live.seats.setQuality(person.seatId, quality, lossShare);
    session.media.noteQuality(person.seatId, quality);
    return {};
  },

  'link-stats': async ({ session, person }, { seatId = person.seatId }) => {
    const isOwn = seatId === person.seatId;
    if (!isOwn && !mayDo('see the data of a link', person.role, false)) throw new LecternError('not-allowed');
    if (!session.live.seats.get(seatId)) throw new LecternError('not-found');
    const stats = await session.media.linkStats(seatId);
    // Which pictures somebody's page asks for tells whether it is in front, and that is nobody else's business.
    return isOwn ? stats : { ...stats, consumers: [] };
  },

  leave: (participant) => {
    const { session, person } = participant;
    // After the answer has gone out; another page may have taken the seat by then.
    setImmediate(() => {
      if (session.seating.isCurrent(participant)) session.seating.leave(person.seatId);
    });
    return {};
  },
};
