import { EventEmitter } from 'node:events';
import { LecternError } from '@lectern/contracts';
import type { ChatSettings, Person, SeatId } from '@lectern/contracts';
import type { Clock } from './clock.ts';

export interface PostedMessage {
  readonly messageId: number;
  readonly from: Person;
  readonly text: string;
  readonly sentAt: Date;
}

interface Events {
  posted: [PostedMessage];
  deleted: [number];
  'settings-changed': [ChatSettings];
}

export interface StoredChat {
  /** The newest messages, oldest first. */
  readonly recent: readonly PostedMessage[];
  /** The records hold older ones. */
  readonly older: boolean;
  /** The highest id given out so far, deleted ones included; 0 before the first. */
  readonly lastMessageId: number;
  readonly settings: ChatSettings;
}

/** Messages kept in memory; older ones are read from the records when somebody pages back. */
export const RECENT_CHAT_MESSAGES = 200;

/** The chat: ids in the order of arrival, who may write, slow mode. What is safe in a text is the screen's business. */
export class Chat extends EventEmitter<Events> {
  readonly #clock: Clock;
  readonly #recent: PostedMessage[];
  readonly #lastPostMs = new Map<SeatId, number>();
  /** There are, or were, messages before those kept here. */
  #older: boolean;
  #lastMessageId: number;
  #settings: ChatSettings;

  constructor(stored: StoredChat, clock: Clock) {
    super();
    this.#clock = clock;
    this.#recent = [...stored.recent];
    this.#older = stored.older;
    this.#lastMessageId = stored.lastMessageId;
    this.#settings = stored.settings;
  }

  get settings(): ChatSettings {
    return this.#settings;
  }

  /** The highest number given out so far, deleted ones included. */
  get lastMessageId(): number {
    return this.#lastMessageId;
  }

  /** Throws `chat-closed`, or `slow-mode` with the time to wait. Staff are bound by neither. */
  checkMayPost({ role, seatId }: Person): void {
    if (role === 'student') this.#checkStudent(seatId);
  }

  /** Posts a message; throws as `checkMayPost` does. */
  post(from: Person, text: string): PostedMessage {
    this.checkMayPost(from);
    this.#lastPostMs.set(from.seatId, this.#clock.monotonicMs());
    this.#lastMessageId += 1;
    const message: PostedMessage = {
      messageId: this.#lastMessageId,
      from,
      text,
      sentAt: new Date(this.#clock.wallMs()),
    };
    this.#recent.push(message);
    if (this.#recent.length > RECENT_CHAT_MESSAGES) {
      this.#recent.shift();
      this.#older = true;
    }
    this.emit('posted', message);
    return message;
  }

  /** Deletes a message for everybody; throws `not-found` for an id that was never given out. */
  delete(messageId: number): void {
    if (messageId < 1 || messageId > this.#lastMessageId) throw new LecternError('not-found');
    const index = this.#recent.findIndex((message) => message.messageId === messageId);
    if (index >= 0) this.#recent.splice(index, 1);
    this.emit('deleted', messageId);
  }

  /** Deletes what a seat wrote: what stands here, and older messages by their ids. */
  deleteFrom(seatId: SeatId, olderIds: readonly number[]): void {
    const recent = this.#recent.filter(({ from }) => from.seatId === seatId).map(({ messageId }) => messageId);
    for (const messageId of new Set([...olderIds, ...recent])) this.delete(messageId);
  }

  setSettings(settings: ChatSettings): void {
    this.#settings = settings;
    this.emit('settings-changed', settings);
  }

  /** The newest messages, oldest first, and whether there are older ones. */
  newest(limit: number): { messages: PostedMessage[]; more: boolean } {
    const messages = this.#recent.slice(-limit);
    return { messages, more: this.#older || this.#recent.length > messages.length };
  }

  /** Forgets when a seat last wrote, once it has left and slow mode can no longer bind it. */
  forget(seatId: SeatId): void {
    const lastMs = this.#lastPostMs.get(seatId);
    if (lastMs === undefined || this.#clock.monotonicMs() - lastMs < this.#settings.slowModeSeconds * 1000) return;
    this.#lastPostMs.delete(seatId);
  }

  #checkStudent(seatId: SeatId): void {
    if (this.#settings.writers === 'staff') throw new LecternError('chat-closed');
    const lastMs = this.#lastPostMs.get(seatId);
    if (lastMs === undefined) return;
    const waitMs = lastMs + this.#settings.slowModeSeconds * 1000 - this.#clock.monotonicMs();
    if (waitMs > 0) throw new LecternError('slow-mode', { retryAfterMs: Math.ceil(waitMs) });
  }
}
