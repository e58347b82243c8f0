import { REACTIONS } from '@lectern/contracts';
import type { Person } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_CLASS, somebody } from '../classroom/test-people.ts';
import { TestCrowd } from './test-crowd.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
const classes: Class[] = [];
afterEach(() => {
  for (const { crowd } of classes.splice(0)) crowd.close();
  vi.useRealTimers();
});

const PEOPLE = 2000;
const SECONDS = 60;
const STEP_MS = 50;
/** Hands that are up once the class has been lively for a while. */
const MOST_HANDS = 300;
const PING_BYTES_PER_S = 1 / 15;
const TEXT = 'Is the inverse of an element unique, or only where the ring has no divisors of 0?'.slice(0, 80);

/** How often each thing happens, a second. */
interface Load {
  readonly messages: number;
  readonly hands: number;
  readonly reactions: number;
  readonly comingsAndGoings: number;
  /** The teacher begins or ceases to speak. */
  readonly speech: number;
  /** How many receive the sound is another number. */
  readonly hearing: number;
}

class Class {
  /** Numbers have five digits late in a long class. */
  readonly crowd = new TestCrowd({ draws: false, stored: { chat: { ...EMPTY_CLASS.chat, lastMessageId: 20_000 } } });
  readonly teacher = somebody('Ada Lovelace', 'instructor');
  readonly students: Person[];
  readonly #done = new Map<keyof Load, number>();

  constructor() {
    this.students = Array.from({ length: PEOPLE }, (_, index) => somebody(`Emmy N. ${String(index).padStart(6, '0')}`));
    classes.push(this);
    this.crowd.arrive(this.teacher);
    for (const student of this.students) this.crowd.arrive(student);
    this.crowd.hearing = PEOPLE - 10;
    for (let minute = 0; minute < 20; minute += 1) {
      this.crowd.live.countMessage();
      this.crowd.pass(60_000);
    }
  }

  /** Bytes a second to each, over a minute of this; the most that any student got, and the teacher. */
  run(load: Load): { student: number; teacher: number; serialisedPerS: number; lines: number } {
    for (let hand = 0; hand < load.hands * 30; hand += 1) this.#do('hands');
    this.crowd.pass(10_000);
    for (const page of this.crowd.pages.values()) page.bytes = 0;
    this.crowd.broadcasts.length = 0;
    const present = new Set(this.crowd.pages.values());
    for (let ms = 0; ms < SECONDS * 1000; ms += STEP_MS) {
      for (const [kind, perSecond] of Object.entries(load) as [keyof Load, number][]) {
        const times = happens(ms + STEP_MS, perSecond) - happens(ms, perSecond);
        for (let time = 0; time < times; time += 1) this.#do(kind);
      }
      if (ms % 5000 === 0) this.#acknowledge(ms / 5000);
      this.crowd.pass(STEP_MS);
    }
    // What waits still belongs to this minute.
    this.crowd.pass(1_000);
    const rates = [...present]
      .filter(({ person, closed }) => person.role === 'student' && !closed)
      .map(({ bytes }) => bytes / SECONDS + PING_BYTES_PER_S);
    const teacher = (this.crowd.pages.get(this.teacher.seatId)?.bytes ?? 0) / SECONDS;
    const { broadcasts } = this.crowd;
    const lines = broadcasts.flat().flatMap((message) => (message.type === 'chat' ? message.lines : [])).length;
    return { student: Math.max(...rates), teacher, serialisedPerS: broadcasts.length / SECONDS, lines };
  }

  #do(kind: keyof Load): void {
    const { live, broadcast } = this.crowd;
    const turn = this.#done.get(kind) ?? 0;
    this.#done.set(kind, turn + 1);
    const person = this.students[(turn * 7) % PEOPLE] ?? this.teacher;
    switch (kind) {
      case 'messages':
        live.chat.post(person, TEXT);
        live.countMessage();
        break;
      case 'hands':
        live.raiseHand(person);
        if (live.hands.count > MOST_HANDS) live.hands.lower(live.hands.first(1)[0]?.seatId ?? person.seatId);
        break;
      case 'reactions':
        live.react(REACTIONS[turn % REACTIONS.length] ?? 'clap');
        broadcast.reaction();
        break;
      case 'comingsAndGoings': {
        const [last] = this.students.slice(-1);
        if (last && this.crowd.pages.has(last.seatId)) this.crowd.lose(last.seatId);
        else if (last) this.crowd.arrive(last);
        break;
      }
      case 'speech':
        this.crowd.speaking = this.crowd.speaking.length > 0 ? [] : [this.teacher.seatId];
        broadcast.speaking();
        break;
      case 'hearing':
        this.crowd.hearing += turn % 2 === 0 ? 1 : -1;
        broadcast.counts();
        break;
    }
  }

  #acknowledge(window: number): void {
    for (const page of this.crowd.pages.values()) {
      if (page.person.role === 'student')
        page.send({ type: 'signal-acknowledged', stored: [2000 + window], notCounted: [] });
    }
  }
}

function happens(ms: number, perSecond: number): number {
  return Math.floor((ms * perSecond) / 1000 + 1e-9);
}

const QUIET: Load = { messages: 0.1, hands: 0.1, reactions: 0.2, comingsAndGoings: 0.2, speech: 0.5, hearing: 0.5 };
const LIVELY: Load = { messages: 10, hands: 10, reactions: 180, comingsAndGoings: 1, speech: 1, hearing: 2 };

describe('the bytes to each student of a class of 2,000', () => {
  it('are less than 400 a second while it is quiet', () => {
    const { student, teacher } = new Class().run(QUIET);
    expect.soft(student).toBeLessThan(400);
    expect(teacher).toBeLessThan(600);
  });

  it('are less than 2,000 a second while it is lively, and no line is left out', () => {
    const { student, teacher, serialisedPerS, lines } = new Class().run(LIVELY);
    expect.soft(student).toBeLessThan(2000);
    // Staff are told names beside, bounded too.
    expect.soft(teacher).toBeLessThan(4000);
    expect.soft(lines).toBe(LIVELY.messages * SECONDS);
    // Each thing is made once for all: what it costs does not grow with the crowd.
    expect(serialisedPerS).toBeLessThan(3);
  });

  it('hardly grow when ten times as much is written', () => {
    const { student } = new Class().run({ ...LIVELY, messages: 100, hands: 40, reactions: 2000 });
    expect(student).toBeLessThan(2000);
  });

  it('are none while nothing happens', () => {
    const still = new Class();
    for (const page of still.crowd.pages.values()) page.bytes = 0;
    still.crowd.pass(60_000);
    expect([...still.crowd.pages.values()].every(({ bytes }) => bytes === 0)).toBe(true);
  });
});
