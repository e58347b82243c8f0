import { LecternError } from '@lectern/contracts';
import type { HandlersOf } from './handler.ts';

export const signalHandlers: HandlersOf<'set-permission' | 'produce-signal'> = {
  'set-permission': async ({ session, person, accountId }, answer) => {
    const { signalOffered, remindersOffered } = session.signals.offers();
    const isOffered = answer.permission === 'contribute' ? signalOffered : remindersOffered;
    if (answer.granted && !isOffered) throw new LecternError('signal-off');
    const answered = session.permissions.answer({ seatId: person.seatId, accountId }, answer);
    // Before anything is written: what is taken back ends at once.
    if (!answer.granted && answer.permission === 'contribute') session.signals.revoke(person.seatId);
    await answered;
    return {};
  },

  'produce-signal': async ({ session, person }, body) => {
    if (!session.signals.offered()) throw new LecternError('signal-off');
    if (!session.live.contributions.isGranted(person.seatId)) throw new LecternError('permission-missing');
    return { dataProducerId: await session.media.produceSignal(person.seatId, body) };
  },
};
