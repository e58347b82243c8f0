import { connectionQuality } from '@lectern/contracts';
import type { HandlersOf } from './handler.ts';

/** The clock, the link, and leaving. */
export const linkHandlers: HandlersOf<'clock' | 'quality' | 'link-stats' | 'leave'> = {
  clock: ({ session }) => ({ classClockMs: session.live.state.classClockMs() }),

  quality: ({ session, person }, { rttMs, lossShare }) => {
    session.live.seats.setQuality(person.seatId, connectionQuality(rttMs, lossShare));
    return {};
  },

  'link-stats': ({ session, person }) => session.media.linkStats(person.seatId),

  leave: (participant) => {
    const { session, person } = participant;
    // After the answer has gone out; another page may have taken the seat by then.
    setImmediate(() => {
      if (session.isCurrent(participant)) session.leave(person.seatId);
    });
    return {};
  },
};
