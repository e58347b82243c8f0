import type { PostedMessage } from '../classroom/chat.ts';

/** Nobody reads faster: what is more is told as numbers that can be paged. */
export const MOST_LINES_PER_S = 10;
/** Up to so many at once, after a quiet moment. */
const MOST_LINES_AT_ONCE = 2 * MOST_LINES_PER_S;
/** A line longer than this counts as several. */
const CHARACTERS_OF_A_LINE = 200;

/** What of the chat goes out to everybody: the newest lines, ten a second, whatever is written. */
export class ChatFeed {
  /** Newest last. */
  #waiting: PostedMessage[] = [];
  #deleted: number[] = [];
  #lines = MOST_LINES_AT_ONCE;
  #countedMs = 0;
  readonly #onMissed: (message: PostedMessage) => void;

  /** `onMissed` hears of each line that does not go out. */
  constructor(onMissed: (message: PostedMessage) => void) {
    this.#onMissed = onMissed;
  }

  posted(message: PostedMessage): void {
    this.#waiting.push(message);
    const [oldest] = this.#waiting;
    if (this.#waiting.length <= MOST_LINES_AT_ONCE || !oldest) return;
    this.#waiting.shift();
    this.#onMissed(oldest);
  }

  deleted(messageId: number): void {
    this.#waiting = this.#waiting.filter((message) => message.messageId !== messageId);
    this.#deleted.push(messageId);
  }

  /** True while a line waits that could not go out yet. */
  get waits(): boolean {
    return this.#waiting.length > 0;
  }

  /** What goes out at this reading of a monotonic clock; null when nothing does. */
  take(nowMs: number): { messages: readonly PostedMessage[]; deleted: readonly number[] } | null {
    this.#lines = Math.min(MOST_LINES_AT_ONCE, this.#lines + ((nowMs - this.#countedMs) / 1000) * MOST_LINES_PER_S);
    this.#countedMs = nowMs;
    const messages = this.#newest();
    const deleted = this.#deleted;
    this.#deleted = [];
    return messages.length === 0 && deleted.length === 0 ? null : { messages, deleted };
  }

  /** The newest that may go out now; what is older is missed. Nothing is missed while nothing may go out. */
  #newest(): readonly PostedMessage[] {
    let first = this.#waiting.length;
    while (first > 0 && this.#lines > 0) {
      first -= 1;
      this.#lines -= Math.max(1, (this.#waiting[first]?.text.length ?? 0) / CHARACTERS_OF_A_LINE);
    }
    const messages = this.#waiting.slice(first);
    if (messages.length === 0) return [];
    for (const missed of this.#waiting.slice(0, first)) this.#onMissed(missed);
    this.#waiting = [];
    return messages;
  }
}
