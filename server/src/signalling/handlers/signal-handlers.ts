import { LecternError } from '@lectern/contracts';
import type { HandlersOf } from './handler.ts';

export const signalHandlers: HandlersOf<'set-permission' | 'produce-signal'> = {
  'set-permission': async ({ session, person, accountId }, { permission, granted, wording, language }) => {
    if (granted && !session.signals.offered()) throw new LecternError('signal-off');
    if (!granted) {
      // Before anything is written: what is taken back ends at once.
      session.live.contributions.set(person.seatId, false);
      session.media.closeSignal(person.seatId);
    }
    const { classId, course } = session;
    const answer = { classId, courseId: course, seatId: person.seatId, accountId };
    const at = new Date(session.parts.deps.clock.wallMs());
    await session.parts.permissions.record({ ...answer, permission, granted, wording, language }, at);
    session.live.contributions.set(person.seatId, granted);
    return {};
  },

  'produce-signal': async ({ session, person }, body) => {
    if (!session.signals.offered()) throw new LecternError('signal-off');
    if (!session.live.contributions.isGranted(person.seatId)) throw new LecternError('permission-missing');
    return { dataProducerId: await session.media.produceSignal(person.seatId, body) };
  },
};
