import type { SeatId } from '@lectern/contracts';
import type { PostedLine } from '../class-records/class-records.ts';

/** A line is tried again within minutes; by then this many others may have been written. */
export const MOST_LINES = 2_000;

/** Which chat lines were posted already, so that one whose answer was lost on the way is not posted twice. */
export class PostedLines {
  readonly #messageIds: Map<string, Promise<number>>;

  /** Begins with what the records know, oldest first. */
  constructor(stored: readonly PostedLine[] = []) {
    this.#messageIds = new Map(
      stored.map(({ seatId, lineId, messageId }) => [keyOf(seatId, lineId), Promise.resolve(messageId)]),
    );
  }

  /** Posts a line, or gives what became of it when its page sent it before. A line that could not be posted may be tried again. */
  once(seatId: SeatId, lineId: string, post: () => Promise<number>): Promise<number> {
    const key = keyOf(seatId, lineId);
    const known = this.#messageIds.get(key);
    if (known) return known;
    const posting = post();
    this.#messageIds.set(key, posting);
    posting.catch(() => this.#messageIds.delete(key));
    for (const oldest of this.#messageIds.keys()) {
      if (this.#messageIds.size <= MOST_LINES) break;
      this.#messageIds.delete(oldest);
    }
    return posting;
  }
}

function keyOf(seatId: SeatId, lineId: string): string {
  return `${seatId} ${lineId}`;
}
