import type { HandlersOf } from './handler.ts';

export const classHandlers: HandlersOf<
  'open-class' | 'start-class' | 'end-class' | 'lock-class' | 'switch-signal' | 'page-roster'
> = {
  'open-class': async ({ session }) => {
    session.parts.deps.requireStarts();
    await session.way.open();
    return {};
  },

  'start-class': async ({ session }) => {
    session.parts.deps.requireStarts();
    await session.way.start();
    return {};
  },

  'end-class': async ({ session }) => {
    await session.way.end();
    return {};
  },

  'lock-class': async ({ session }, { locked }) => {
    await session.way.lock(locked);
    return {};
  },

  'switch-signal': async ({ session }, { enabled }) => {
    await session.way.switchSignal(enabled);
    return {};
  },

  'page-roster': ({ session }, query) => {
    const { roster, stage, hands, invitations } = session.live;
    return roster.page(query, {
      onStage: (seatId) => stage.has(seatId),
      invited: (seatId) => invitations.isInvited(seatId),
      handPlaces: hands.places(),
    });
  },
};
