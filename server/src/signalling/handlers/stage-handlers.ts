import { LecternError } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import type { ClassSession } from '../class-session.ts';
import type { HandlersOf } from './handler.ts';

/** Pauses all open sound of these seats, and tells them. */
async function mute(session: ClassSession, seatIds: readonly SeatId[]): Promise<void> {
  await Promise.all(
    session.live.stage.mute(seatIds).map(async ({ seatId, producerId }) => {
      session.seating.send(seatId, { type: 'muted', producerId });
      // A producer that closed meanwhile is silent as well.
      await session.media.pauseProducer(seatId, producerId).catch(() => undefined);
    }),
  );
}

export const handHandlers: HandlersOf<'raise-hand' | 'lower-hand' | 'lower-hand-of'> = {
  'raise-hand': async ({ session, person }) => {
    await session.recorder.onDisk(
      () => {
        session.live.raiseHand(person);
      },
      () => {
        session.live.hands.lower(person.seatId);
      },
    );
    return {};
  },

  'lower-hand': async ({ session, person }) => {
    await session.recorder.onDisk(() => {
      session.live.hands.lower(person.seatId);
    });
    return {};
  },

  'lower-hand-of': async ({ session }, { seatId }) => {
    await session.recorder.onDisk(() => {
      if (!session.live.hands.lower(seatId)) throw new LecternError('not-found');
    });
    return {};
  },
};

export const stageHandlers: HandlersOf<
  'invite-to-stage' | 'answer-invitation' | 'leave-stage' | 'send-to-audience' | 'mute' | 'mute-all' | 'remove'
> = {
  'invite-to-stage': ({ session, person }, { seatId }) => {
    const { seats, invitations } = session.live;
    const invited = seats.get(seatId)?.person;
    if (invited && !invitations.isInvited(seatId)) session.checkCapacityFor(invited, 'microphone', invitations.count);
    session.live.inviteToStage(person, seatId);
    return {};
  },

  'answer-invitation': async ({ session, person }, { accept }) => {
    await session.recorder.onDisk(
      () => {
        if (accept) session.checkCapacityFor(person, 'microphone');
        session.live.answerInvitation(person, accept);
      },
      () => {
        session.live.stage.leave(person.seatId);
      },
    );
    return {};
  },

  'leave-stage': async ({ session, person }) => {
    await session.recorder.onDisk(() => {
      session.live.stage.leave(person.seatId);
      session.media.closeLink(person.seatId, 'stage');
    });
    return {};
  },

  'send-to-audience': async ({ session, person }, { seatId }) => {
    await session.recorder.onDisk(() => {
      session.live.sendToAudience(person, seatId);
      session.media.closeLink(seatId, 'stage');
    });
    return {};
  },

  mute: async ({ session, person }, { seatId }) => {
    session.live.checkMayActOn(person, seatId);
    await mute(session, [seatId]);
    return {};
  },

  'mute-all': async ({ session, person }) => {
    await mute(session, session.live.mutedByAll(person));
    return {};
  },

  remove: ({ session, person }, { seatId }) => {
    session.live.checkMayActOn(person, seatId);
    session.remove(seatId);
    return {};
  },
};
