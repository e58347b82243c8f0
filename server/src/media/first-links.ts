import type { SeatId } from '@lectern/contracts';

/** The right to bring up a link now. */
interface Turn {
  /** Nothing came of it. May be called twice. */
  release(): void;
}

/** When links come up of those who waited for something to receive: all of them at once, as when a class starts, would hold up each other. */
export interface FirstLinkPace {
  /** True while this seat has its turn. */
  hasTurn(seatId: SeatId): boolean;
  /** Resolves when it has; null where the seat is gone by then, or comes back with another connection. Never rejects. */
  turn(seatId: SeatId): Promise<Turn | null>;
}

/** Everybody at once. */
export const NO_PACE: FirstLinkPace = {
  hasTurn: () => true,
  turn: () => Promise.resolve({ release: () => undefined }),
};
