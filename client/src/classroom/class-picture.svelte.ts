import {
  NO_PICTURE,
  missedIn,
  pictureAfter,
  withChatBatch,
  withChatPage,
  type ChatLines,
  type ChatMessage,
  type ClassPicture as Picture,
  type Person,
  type Seat,
  type ServerMessage,
  type Tally,
  writerOf,
} from '@lectern/contracts';
import { RecentReactions } from './recent-reactions.ts';

/** How long lines count as coming too fast to be read, after some had to be left out. */
const RUSHED_MS = 30_000;

/**
 * The class as the server tells it: a snapshot first, then each change, by the rules of the contract. Beside it stands what
 * this person has not seen yet. Screens read it; only messages write it.
 */
export class ClassPicture {
  #now: Picture = $state.raw(NO_PICTURE);
  readonly me = $derived(this.#now.me);
  readonly card = $derived(this.#now.card);
  readonly institution = $derived(this.#now.institution);
  readonly status = $derived(this.#now.status);
  readonly locked = $derived(this.#now.locked);
  readonly audioPtimeMs = $derived(this.#now.audioPtimeMs);
  readonly counts = $derived(this.#now.counts);
  readonly stage = $derived(this.#now.stage);
  readonly onStage = $derived(this.#now.onStage);
  readonly invitedBy = $derived(this.#now.invitedBy);
  readonly invitations = $derived(this.#now.invitations);
  readonly hands = $derived(this.#now.hands);
  readonly chat = $derived(this.#now.chat);
  readonly chatSettings = $derived(this.#now.chatSettings);
  readonly speaking = $derived(this.#now.speaking);
  readonly shedding = $derived(this.#now.shedding);
  readonly pacing = $derived(this.#now.pacing);
  readonly events = $derived(this.#now.events);
  readonly participation = $derived(this.#now.participation);
  /** How many invitations were taken back or ran out before they were answered. */
  lostInvitations = $state(0);
  /** How many times this student was brought back to the audience by somebody else. */
  sentBack = $state(0);
  /** True while the own way back to the audience is under way. */
  leavesStage = false;
  unread = $state(0);
  /** True while lines come faster than anybody can read: a moment ago some had to be left out. */
  rushed = $state(false);
  tally: Tally = $state.raw({});
  answers: { person: Person; accepted: boolean }[] = $state.raw([]);
  readonly #reactions = new RecentReactions((tally) => {
    this.tally = tally;
  });
  #rushedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor({ seatId, name, role }: Seat) {
    this.#now = { ...NO_PICTURE, me: { seatId, name, role } };
  }

  /** Takes one message; those that are not about the picture are passed over. */
  apply(message: ServerMessage): void {
    const before = this.#now;
    this.#now = pictureAfter(before, message);
    if (message.type === 'on-stage' && !message.onStage && !this.leavesStage) this.sentBack += 1;
    if (message.type === 'invitation-answered')
      this.answers = [...this.answers, { person: message.person, accepted: message.accepted }];
    if (message.type === 'reactions') this.#reactions.add(message.tally);
    if (message.type === 'chat') this.#countNew(before, withChatBatch(before.chat, message).fresh);
    if (message.type === 'snapshot') this.#caughtUp(before);
    const over = message.type === 'invitation-withdrawn' || (message.type === 'snapshot' && !this.#now.onStage);
    if (over && before.invitedBy !== null && this.#now.invitedBy === null) this.lostInvitations += 1;
  }

  /** The own invitation was answered here. */
  invitationAnswered(): void {
    this.#now = { ...this.#now, invitedBy: null };
  }

  /** Puts a page of the lines before a number where they belong. */
  addPage(beforeMessageId: number, page: ChatLines & { more: boolean }): void {
    this.#now = { ...this.#now, chat: withChatPage(this.#now.chat, beforeMessageId, page) };
  }

  close(): void {
    this.#reactions.close();
    clearTimeout(this.#rushedTimer);
  }

  #countNew({ chat }: Picture, fresh: readonly ChatMessage[]): void {
    const missed = missedIn(this.#now.chat) - missedIn(chat);
    this.unread += this.#fromOthers(fresh) + Math.max(0, missed);
    if (missed > 0) this.#rush();
  }

  /** What was written while the page was away is new; what was there before the page came is not. */
  #caughtUp({ chat, card }: Picture): void {
    if (card.classId !== this.#now.card.classId) return;
    const { lines, from } = this.#now.chat;
    const fresh = lines.filter(({ messageId }) => messageId > chat.last);
    this.unread += this.#fromOthers(fresh) + Math.max(0, from - chat.last - 1);
  }

  #rush(): void {
    this.rushed = true;
    clearTimeout(this.#rushedTimer);
    this.#rushedTimer = setTimeout(() => {
      this.rushed = false;
    }, RUSHED_MS);
  }

  #fromOthers(messages: readonly ChatMessage[]): number {
    const mine = writerOf(this.#now.me.seatId);
    return messages.filter(({ writer }) => writer !== mine).length;
  }
}
