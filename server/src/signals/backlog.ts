import type { ClassId, SeatId, SignalRow } from '@lectern/contracts';

/** Rows in one request to the analytics process. */
export const BATCH_ROWS = 2_000;
/** Scores of 2,000 people over two minutes are 48,000. What comes beyond is left to the devices, which send it again. */
const MOST_WAITING = 100_000;

/** A score on its way to the analytics process, and the seat that is told what became of it. */
export interface WaitingScore {
  readonly row: SignalRow;
  readonly seatId: SeatId;
  /** When it came in, on the relay's clock. */
  readonly receivedMs: number;
  /** When it will not be counted any more, on the relay's clock. */
  readonly expiresAtMs: number;
}

/** The scores that no answer has come for yet, in the order of arrival; of two for one window the first stays. */
export class Backlog {
  readonly #waiting = new Map<string, WaitingScore>();
  readonly #mostWaiting: number;

  constructor(mostWaiting: number = MOST_WAITING) {
    this.#mostWaiting = mostWaiting;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** When the oldest came in; null while none waits. */
  get oldestReceivedMs(): number | null {
    const [oldest] = this.#waiting.values();
    return oldest?.receivedMs ?? null;
  }

  /** False when there is no room. */
  add(score: WaitingScore): boolean {
    const key = keyOf(score);
    if (this.#waiting.has(key)) return true;
    if (this.#waiting.size >= this.#mostWaiting) return false;
    this.#waiting.set(key, score);
    return true;
  }

  /** The oldest scores, a batch at most; they stay until they are removed. */
  next(): WaitingScore[] {
    return this.#waiting.values().take(BATCH_ROWS).toArray();
  }

  remove(scores: readonly WaitingScore[]): void {
    for (const score of scores) this.#waiting.delete(keyOf(score));
  }

  /** Removes and gives what is past its time. */
  takeExpired(nowMs: number): WaitingScore[] {
    return this.#take((score) => score.expiresAtMs <= nowMs);
  }

  /** Removes and gives the scores of a class, or of one seat in it. */
  takeOf(classId: ClassId, seatId: SeatId | null): WaitingScore[] {
    return this.#take((score) => score.row.classId === classId && (seatId === null || score.seatId === seatId));
  }

  #take(matches: (score: WaitingScore) => boolean): WaitingScore[] {
    const taken = this.#waiting.values().filter(matches).toArray();
    this.remove(taken);
    return taken;
  }
}

function keyOf({ row }: WaitingScore): string {
  return `${row.classId}:${row.contributorId}:${row.window}`;
}
