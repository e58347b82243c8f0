import { LecternError } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import type { ClassSession } from '../class-session.ts';
import type { HandlersOf } from './handler.ts';

/** Pauses all open sound of these seats, and tells them. */
async function mute(session: ClassSession, seatIds: readonly SeatId[]): Promise<void> {
  await Promise.all(
    session.live.stage.openSound(seatIds).map(async ({ seatId, producerId }) => {
      session.live.stage.setPaused(seatId, producerId, true);
      session.send(seatId, { type: 'muted', producerId });
      // A producer that closed meanwhile is silent as well.
      await session.media.pauseProducer(seatId, producerId).catch(() => undefined);
    }),
  );
}

export const handHandlers: HandlersOf<'raise-hand' | 'lower-hand' | 'lower-hand-of'> = {
  'raise-hand': async ({ session, person }) => {
    session.live.raiseHand(person);
    await session.parts.records.settled();
    return {};
  },

  'lower-hand': async ({ session, person }) => {
    session.live.hands.lower(person.seatId);
    await session.parts.records.settled();
    return {};
  },

  'lower-hand-of': async ({ session }, { seatId }) => {
    if (!session.live.hands.lower(seatId)) throw new LecternError('not-found');
    await session.parts.records.settled();
    return {};
  },
};

export const stageHandlers: HandlersOf<
  'invite-to-stage' | 'answer-invitation' | 'leave-stage' | 'send-to-audience' | 'mute' | 'mute-all' | 'remove'
> = {
  'invite-to-stage': ({ session, person }, { seatId }) => {
    session.live.inviteToStage(person, seatId);
    return {};
  },

  'answer-invitation': async ({ session, person }, { accept }) => {
    session.live.answerInvitation(person, accept);
    await session.parts.records.settled();
    return {};
  },

  'leave-stage': async ({ session, person }) => {
    session.live.stage.leave(person.seatId);
    session.media.closeStage(person.seatId);
    await session.parts.records.settled();
    return {};
  },

  'send-to-audience': async ({ session, person }, { seatId }) => {
    session.live.sendToAudience(person, seatId);
    session.media.closeStage(seatId);
    await session.parts.records.settled();
    return {};
  },

  mute: async ({ session }, { seatId }) => {
    await mute(session, [seatId]);
    return {};
  },

  'mute-all': async ({ session, person }) => {
    await mute(
      session,
      session.live.stage.seats().filter((seatId) => seatId !== person.seatId),
    );
    return {};
  },

  remove: async ({ session, person }, { seatId }) => {
    session.live.checkMayActOn(person, seatId);
    const { seats, clock } = session.parts.deps;
    await seats.removeSeat(session.classId, seatId, new Date(clock.wallMs()));
    session.dismiss(seatId, 'removed');
    return {};
  },
};
