import type { SeatId, ServerMessage } from '@lectern/contracts';
import type { LiveClass } from '../classroom/live-class.ts';
import type { ClassMedia } from '../media/class-media.ts';
import type { ClassBroadcast } from './class-broadcast.ts';

/** At most this much later for each person that comes back after a worker died. */
const RESET_SPREAD_PER_SEAT_MS = 10;

interface Around {
  readonly live: LiveClass;
  readonly media: ClassMedia;
  readonly broadcast: ClassBroadcast;
  /** Over how much time people come back after a worker died. */
  readonly resetSpreadMs: number;
  readonly send: (seatId: SeatId, message: ServerMessage) => void;
}

/** Tells the stage and the pages what becomes of the media, and the media who has left the stage. */
export function followMedia(around: Around): void {
  const { live, media, broadcast, send } = around;
  media.on('producer-closed', (seatId, producerId) => {
    live.stage.unpublish(seatId, producerId);
  });
  media.on('consumers-opened', (seatId, consumers) => {
    send(seatId, { type: 'consumers-opened', consumers });
  });
  media.on('consumers-closed', (seatId, consumerIds) => {
    send(seatId, { type: 'consumers-closed', consumerIds });
  });
  media.on('consumers-held-back', (seatId, consumerIds) => {
    send(seatId, { type: 'consumers-held-back', consumerIds });
  });
  media.shedding.on('changed', (shedding) => {
    broadcast.news({ type: 'shedding-changed', shedding });
  });
  media.on('speaking', () => {
    broadcast.speaking();
  });
  media.on('hearing-changed', () => {
    broadcast.counts();
  });
  // Staff keep their place; whoever else flooded the stage is in the audience again, and told so.
  media.on('flooded', (seatId) => {
    if (live.stage.isInvitedMember(seatId)) live.stage.leave(seatId);
  });
  media.on('reset', (seatIds) => {
    resetMedia(around, seatIds);
  });
  // Whoever leaves the stage by whatever way publishes nothing more.
  live.stage.on('left', (seatId) => {
    media.closeLink(seatId, 'stage');
  });
}

/** Presenters begin anew at once, the others spread over a while, so that the new worker is not stormed. */
function resetMedia({ live, resetSpreadMs, send }: Around, seatIds: readonly SeatId[]): void {
  const spreadMs = Math.min(resetSpreadMs, seatIds.length * RESET_SPREAD_PER_SEAT_MS);
  for (const seatId of seatIds) {
    const presenter = live.stage.has(seatId) || live.seats.get(seatId)?.person.role !== 'student';
    send(seatId, { type: 'media-reset', afterMs: presenter ? 0 : Math.round(Math.random() * spreadMs) });
  }
}
