import { rosterPage } from '../../classroom/roster.ts';
import type { HandlersOf } from './handler.ts';

export const classHandlers: HandlersOf<
  'open-class' | 'start-class' | 'end-class' | 'lock-class' | 'switch-signal' | 'page-roster'
> = {
  'open-class': async ({ session }) => {
    await session.open();
    return {};
  },

  'start-class': async ({ session }) => {
    await session.start();
    return {};
  },

  'end-class': async ({ session }) => {
    await session.end();
    return {};
  },

  'lock-class': async ({ session }, { locked }) => {
    await session.lock(locked);
    return {};
  },

  'switch-signal': async ({ session }, { enabled }) => {
    await session.switchSignal(enabled);
    return {};
  },

  'page-roster': ({ session }, query) => {
    const { seats, stage, hands } = session.live;
    return rosterPage(seats.all(), query, { onStage: (seatId) => stage.has(seatId), handPlaces: hands.places() });
  },
};
