import {
  chatLogOf,
  LecternError,
  LONG_PACKETS_FROM_STUDENTS,
  MINIMUM_COHORT,
  missedIn,
  pictureOf,
  REACTIONS,
  SHEDDING_STEPS,
  toChatLines,
  withChatPage,
} from '@lectern/contracts';
import type { ChatLog, ClassPicture, Person, Shedding } from '@lectern/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PostedMessage } from '../classroom/chat.ts';
import { somebody } from '../classroom/test-people.ts';
import { emptyPacing } from '../signals/empty-pacing.ts';
import { CHAT_PAGE } from './class-views.ts';
import type { CrowdPage } from './test-crowd.ts';
import { TestCrowd } from './test-crowd.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const STUDENTS = 3;
const TEACHERS = 2;

const who = fc.nat({ max: STUDENTS + TEACHERS - 1 });
const student = fc.nat({ max: STUDENTS - 1 });
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat({ max: 600 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('arrive' as const), who, renamed: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('lose' as const, 'leave' as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('raise' as const, 'lower' as const), who: student }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('post' as const), who, lines: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), back: fc.nat({ max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('page' as const), who, gap: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('react' as const), which: fc.nat({ max: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('invite' as const, 'accept' as const, 'decline' as const, 'send back' as const),
      who: student,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('publish' as const, 'mute' as const, 'unpublish' as const), who }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hear' as const), hearing: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('speak' as const), who: fc.option(who) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('lock' as const, 'signal' as const, 'chat' as const),
      on: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('replan' as const, 'rule' as const, 'shed' as const, 'close window' as const),
      which: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('expect' as const),
      students: fc.constantFrom(LONG_PACKETS_FROM_STUDENTS - 1, LONG_PACKETS_FROM_STUDENTS),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('slow' as const), who, slow: fc.boolean() }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** Plays one interleaving on the real rules, with the records' share of the chat beside it. */
class Play {
  readonly crowd = new TestCrowd({ draws: true });
  readonly #people: Person[];
  readonly #written = new Map<number, PostedMessage>();

  constructor() {
    this.#people = [
      ...Array.from({ length: STUDENTS }, (_, index) => somebody(`Student ${index}`)),
      ...Array.from({ length: TEACHERS }, (_, index) => somebody(`Teacher ${index}`, 'instructor')),
    ];
    this.crowd.live.chat.on('posted', (message) => this.#written.set(message.messageId, message));
    this.crowd.live.chat.on('deleted', (messageId) => this.#written.delete(messageId));
    for (const person of this.#people) this.crowd.arrive(person);
  }

  async act(step: Action): Promise<void> {
    try {
      await this.#act(step);
    } catch (error) {
      // Refused, as a page would have been.
      if (!(error instanceof LecternError)) throw error;
    }
  }

  /** Everybody reads again, and what waits goes out. */
  async settle(): Promise<void> {
    for (const page of this.crowd.pages.values()) page.unsentBytes = 0;
    await this.crowd.look();
    this.crowd.pass(60_000);
  }

  /** What the records answer to `page-chat`. */
  page(before: number) {
    const older = [...this.#written.values()].filter(({ messageId }) => messageId < before);
    older.sort((a, b) => a.messageId - b.messageId);
    return { ...toChatLines(older.slice(-CHAT_PAGE)), more: older.length > CHAT_PAGE };
  }

  // Long, for each action has its line.
  async #act(step: Action): Promise<void> {
    const { live, pages } = this.crowd;
    const person = 'who' in step && step.who !== null ? this.#person(step.who) : this.#person(0);
    const page = pages.get(person.seatId);
    switch (step.kind) {
      case 'pass':
        this.crowd.pass(step.ms);
        break;
      case 'arrive':
        if (step.renamed) this.#rename(step.who);
        this.crowd.arrive(this.#person(step.who));
        break;
      case 'lose':
        this.crowd.lose(person.seatId);
        break;
      case 'leave':
        this.crowd.leave(person.seatId);
        break;
      case 'raise':
        if (page) live.raiseHand(person);
        break;
      case 'lower':
        live.hands.lower(person.seatId);
        break;
      case 'post':
        for (let line = 0; line < step.lines; line += 1) {
          live.chat.post(person, `line ${line}`);
          live.countMessage();
        }
        break;
      case 'delete':
        live.chat.delete(live.chat.lastMessageId - step.back);
        break;
      case 'page':
        if (page?.picture) page.picture = this.#paged(page.picture, step.gap);
        break;
      case 'react':
        live.react(REACTIONS[step.which] ?? 'clap');
        this.crowd.broadcast.reaction();
        break;
      case 'invite':
        live.inviteToStage(this.#person(STUDENTS), person.seatId);
        break;
      case 'accept':
      case 'decline':
        if (!page?.picture) break;
        live.answerInvitation(person, step.kind === 'accept');
        page.picture = { ...page.picture, invitedBy: null };
        break;
      case 'send back':
        live.sendToAudience(this.#person(STUDENTS), person.seatId);
        break;
      case 'publish':
        if (page && (person.role !== 'student' || live.stage.isInvitedMember(person.seatId)))
          live.stage.claim(person, 'microphone', false).confirm(`of ${person.seatId}`);
        break;
      case 'mute':
        live.stage.mute([person.seatId]);
        break;
      case 'unpublish':
        live.stage.unpublish(person.seatId, `of ${person.seatId}`);
        break;
      case 'hear':
        this.crowd.hearing = step.hearing;
        this.crowd.broadcast.counts();
        break;
      case 'speak':
        this.crowd.speaking = step.who === null ? [] : [person.seatId];
        this.crowd.broadcast.speaking();
        break;
      case 'lock':
        live.state.setLocked(step.on);
        break;
      case 'signal':
        live.switchSignal(step.on);
        this.crowd.broadcast.state();
        break;
      case 'chat':
        live.chat.setSettings({ writers: 'everyone', slowModeSeconds: step.on ? 5 : 0 });
        break;
      case 'replan':
        this.crowd.replan({ title: `Rings, part ${step.which}` });
        break;
      case 'rule': {
        const permitted = { device: true, cohort: step.which > 1 };
        this.crowd.rule({ contact: `office-${step.which}@campus.test`, permitted });
        break;
      }
      case 'shed':
        this.crowd.shed(shedding(step.which));
        break;
      case 'close window':
        this.crowd.closeWindow({ ...emptyPacing('few', MINIMUM_COHORT), lastMs: 5_000 * (step.which + 1) });
        break;
      case 'expect':
        this.crowd.audioPtime.expect(step.students);
        break;
      case 'slow':
        if (page) page.unsentBytes = step.slow ? 1_000_000 : 0;
        await this.crowd.look();
        break;
    }
  }

  #paged(picture: ClassPicture, gap: number): ClassPicture {
    const { lines, from } = picture.chat;
    const before = lines[gap]?.messageId ?? from;
    return { ...picture, chat: withChatPage(picture.chat, before, this.page(before)) };
  }

  #person(index: number): Person {
    return this.#people[index] ?? somebody('nobody');
  }

  #rename(index: number): void {
    const person = this.#person(index);
    this.#people[index] = { ...person, name: `${person.name}!` };
  }
}

function shedding(which: number): Shedding {
  const step = SHEDDING_STEPS[which] ?? 'none';
  return { step, reason: step === 'none' ? null : 'packets' };
}

/** The chat once every gap was paged. */
function whole(play: Play, chat: ChatLog): ChatLog {
  let log = chat;
  for (let index = log.lines.length - 1; index >= 0 && missedIn(log) > 0; index -= 1) {
    const before = log.lines[index]?.messageId ?? 0;
    log = withChatPage(log, before, play.page(before));
  }
  return log;
}

function expectAgreement(play: Play, page: CrowdPage): void {
  if (!page.picture) throw new Error('no picture');
  const snapshot = play.crowd.snapshot(page.person);
  const { chat, ...picture } = page.picture;
  const { chat: _chat, ...expected } = pictureOf(snapshot);
  expect(picture).toEqual(expected);
  const now = chatLogOf(snapshot.chat);
  expect(chat.last).toBe(now.last);
  const from = Math.max(chat.from, now.from);
  const idsFrom = (log: ChatLog) => log.lines.map(({ messageId }) => messageId).filter((id) => id >= from);
  const held = idsFrom(chat);
  const standing = idsFrom(now);
  expect(standing).toEqual(expect.arrayContaining(held));
  // What is not held is counted, and found by paging: everything, in order.
  const older = missedIn({ ...chat, lines: chat.lines.filter(({ messageId }) => messageId < from), last: from - 1 });
  expect(missedIn(chat) - older).toBe(standing.length - held.length);
  const read = whole(play, chat);
  expect([idsFrom(read), missedIn(read)]).toEqual([standing, 0]);
}

it('what a page holds is what a snapshot would give it, after any interleaving, for slow readers too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 60 }), async (steps) => {
      const play = new Play();
      for (const step of steps) await play.act(step);
      await play.settle();
      for (const page of play.crowd.pages.values()) expectAgreement(play, page);
      play.crowd.close();
    }),
    { numRuns: 1000 },
  );
});
