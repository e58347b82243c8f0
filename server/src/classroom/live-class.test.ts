import { describe, expect, it } from 'vitest';
import type { Person } from '@lectern/contracts';
import { LiveClass } from './live-class.ts';
import { DEFAULT_STAGE_LIMITS } from './stage.ts';
import { EMPTY_CLASS, FakeClock, somebody } from './test-people.ts';

const refused = (code: string) => expect.objectContaining({ code }) as Error;

function openClass(stored = EMPTY_CLASS, limits = DEFAULT_STAGE_LIMITS) {
  const clock = new FakeClock();
  const live = new LiveClass(stored, limits, clock);
  const arrived = (person: Person) => {
    live.arrive(person);
    return person;
  };
  return { clock, live, arrived };
}

function liveClass(limits = DEFAULT_STAGE_LIMITS) {
  const opened = openClass(EMPTY_CLASS, limits);
  opened.live.start(opened.clock.wallMs());
  return { ...opened, teacher: opened.arrived(somebody('Ada', 'instructor')) };
}

describe('a class', () => {
  it('brings an invited student to the stage, with the hand down, and notes it in the lane', () => {
    const { live, clock, teacher, arrived } = liveClass();
    const sam = arrived(somebody('Sam'));
    live.raiseHand(sam);
    clock.pass(2_000);
    live.inviteToStage(teacher, sam.seatId);
    live.answerInvitation(sam, true);
    expect(live.stage.isInvitedMember(sam.seatId)).toBe(true);
    expect(live.hands.count).toBe(0);
    expect(live.events.since(0)).toEqual([
      { kind: 'started', atMs: 0 },
      { kind: 'stage-joined', atMs: 2_000 },
    ]);
  });

  it('takes nobody to the stage who was not invited, or whose invitation was withdrawn', () => {
    const { live, teacher, arrived } = liveClass();
    const sam = arrived(somebody('Sam'));
    expect(() => live.answerInvitation(sam, true)).toThrow(refused('conflict'));
    live.inviteToStage(teacher, sam.seatId);
    live.sendToAudience(teacher, sam.seatId);
    expect(() => live.answerInvitation(sam, true)).toThrow(refused('conflict'));
  });

  it('lets a student decline, and stay in the audience with the hand up', () => {
    const { live, teacher, arrived } = liveClass();
    const sam = arrived(somebody('Sam'));
    const answers: unknown[] = [];
    live.invitations.on('answered', (person, accepted) => answers.push([person.name, accepted]));
    live.raiseHand(sam);
    live.inviteToStage(teacher, sam.seatId);
    live.answerInvitation(sam, false);
    expect([answers, live.stage.has(sam.seatId), live.hands.place(sam.seatId)]).toEqual([[['Sam', false]], false, 1]);
  });

  it('invites no more students than the stage has places, waiting invitations counted', () => {
    const { live, teacher, arrived } = liveClass({ videos: 2, openMicrophones: 4 });
    const people = ['A', 'B', 'C'].map((name) => arrived(somebody(name)));
    live.inviteToStage(teacher, people[0]!.seatId);
    live.inviteToStage(teacher, people[1]!.seatId);
    expect(() => live.inviteToStage(teacher, people[2]!.seatId)).toThrow(refused('stage-full'));
  });

  it('takes an invitation back that nobody answers for two minutes, and its place is free again', () => {
    const { live, clock, teacher, arrived } = liveClass({ videos: 1, openMicrophones: 4 });
    const [absent, other] = [arrived(somebody('Absent')), arrived(somebody('Other'))];
    const withdrawn: unknown[] = [];
    live.invitations.on('withdrawn', (seatId) => withdrawn.push(seatId));
    live.inviteToStage(teacher, absent.seatId);
    expect(live.invited()).toEqual([absent]);
    clock.pass(119_999);
    live.invitations.expire();
    expect(() => live.inviteToStage(teacher, other.seatId)).toThrow(refused('stage-full'));
    clock.pass(1);
    live.invitations.expire();
    expect([withdrawn, live.invited()]).toEqual([[absent.seatId], []]);
    expect(() => live.answerInvitation(absent, true)).toThrow(refused('conflict'));
    live.inviteToStage(teacher, other.seatId);
  });

  it('invites students who are here, and nobody else', () => {
    const { live, teacher, arrived } = liveClass();
    const gone = arrived(somebody('Sam'));
    live.seats.lose(gone.seatId);
    expect(() => live.inviteToStage(teacher, gone.seatId)).toThrow(refused('not-found'));
    expect(() => live.inviteToStage(teacher, somebody('X').seatId)).toThrow(refused('not-found'));
    expect(() => live.inviteToStage(teacher, teacher.seatId)).toThrow(refused('not-allowed'));
  });

  it('keeps hand and stage over a lost connection, and takes both when the place is given up', () => {
    const { live, teacher, arrived } = liveClass();
    const [hand, guest] = [arrived(somebody('Hand')), arrived(somebody('Guest'))];
    live.raiseHand(hand);
    live.inviteToStage(teacher, guest.seatId);
    live.answerInvitation(guest, true);
    for (const { seatId } of [hand, guest]) live.seats.lose(seatId);
    live.arrive({ ...hand, name: 'Hand again' });
    expect(live.hands.first(9)).toEqual([{ ...hand, name: 'Hand again' }]);
    expect(live.stage.isInvitedMember(guest.seatId)).toBe(true);
    for (const { seatId } of [hand, guest]) live.leave(seatId);
    expect([live.hands.count, live.stage.members(), live.seats.size]).toEqual([0, [], 1]);
  });

  it('gives hands in the order of the server, and moves those behind up', () => {
    const { live, arrived } = liveClass();
    const [a, b, c] = ['A', 'B', 'C'].map((name) => arrived(somebody(name))) as [Person, Person, Person];
    for (const person of [b, a, c, b]) live.raiseHand(person);
    expect(live.hands.first(2).map(({ name }) => name)).toEqual(['B', 'A']);
    live.hands.lower(b.seatId);
    expect([live.hands.place(a.seatId), live.hands.place(c.seatId), live.hands.place(b.seatId)]).toEqual([1, 2, null]);
  });

  it('lets an assistant act on students and nobody act on their equals or betters', () => {
    const { live, teacher, arrived } = liveClass();
    const assistant = arrived(somebody('Ben', 'assistant'));
    const student = arrived(somebody('Sam'));
    expect(() => live.checkMayActOn(assistant, student.seatId)).not.toThrow();
    expect(() => live.checkMayActOn(teacher, assistant.seatId)).not.toThrow();
    expect(() => live.checkMayActOn(assistant, teacher.seatId)).toThrow(refused('not-allowed'));
    expect(() => live.checkMayActOn(assistant, assistant.seatId)).toThrow(refused('not-allowed'));
    expect(() => live.sendToAudience(assistant, teacher.seatId)).toThrow(refused('not-allowed'));
  });

  it('mutes for an assistant everybody else but the instructor, for the instructor everybody else', () => {
    const { live, teacher, arrived } = liveClass();
    const people = ['Ben', 'Cleo'].map((name) => arrived(somebody(name, 'assistant')));
    const [ben, cleo] = people as [Person, Person];
    for (const person of [teacher, ben, cleo]) live.stage.claim(person, 'microphone', false).confirm(person.name);
    expect(live.mutedByAll(ben)).toEqual([cleo.seatId]);
    expect(live.mutedByAll(teacher)).toEqual([ben.seatId, cleo.seatId]);
  });

  it('counts messages, hands and reactions by the minute of the class clock', () => {
    const { live, clock, arrived } = liveClass();
    const sam = arrived(somebody('Sam'));
    live.react('clap');
    live.countMessage();
    clock.pass(61_000);
    live.raiseHand(sam);
    live.raiseHand(sam);
    live.react('heart');
    live.react('clap');
    expect(live.participation.since(0)).toEqual([
      { minute: 0, messages: 1, hands: 0, reactions: 1 },
      { minute: 1, messages: 0, hands: 1, reactions: 2 },
    ]);
    expect(live.participation.since(61_000).map(({ minute }) => minute)).toEqual([1]);
    expect(live.participation.takeUnsaved()).toHaveLength(2);
    expect(live.participation.takeUnsaved()).toEqual([]);
    expect([live.reactions.take(), live.reactions.take()]).toEqual([{ clap: 2, heart: 1 }, {}]);
  });

  it('takes hands, reactions and students’ messages only while it is live; staff may write from the opening on', () => {
    const { live, arrived } = openClass();
    const [teacher, sam] = [arrived(somebody('Ada', 'instructor')), arrived(somebody('Sam'))];
    live.state.open();
    expect(() => live.raiseHand(sam)).toThrow(refused('class-not-live'));
    expect(() => live.react('yes')).toThrow(refused('class-not-live'));
    expect(() => live.checkMayWrite(sam)).toThrow(refused('class-not-live'));
    expect(() => live.checkMayWrite(teacher)).not.toThrow();
  });

  it('notes the signal’s switch in the lane while it is live', () => {
    const { live, clock } = liveClass();
    clock.pass(3_000);
    live.switchSignal(false);
    live.switchSignal(false);
    live.switchSignal(true);
    expect(live.events.since(1).map(({ kind }) => kind)).toEqual(['signal-off', 'signal-on']);
  });

  it('goes on after a restart where it was: chat, hands in order, stage, lanes, places kept', () => {
    const [a, b, guest] = [somebody('A'), somebody('B'), somebody('Guest')];
    const message = { messageId: 4, from: a, text: 'hello', sentAt: new Date('2026-11-23T08:00:00.000Z') };
    const clock = new FakeClock();
    const live = new LiveClass(
      {
        state: { status: 'live', startedAtMs: clock.wallMs() - 60_000, locked: true, signalEnabled: false },
        chat: { recent: [message], older: true, lastMessageId: 6, settings: { writers: 'staff', slowModeSeconds: 5 } },
        hands: [b, a],
        stage: [guest],
        events: [{ kind: 'started', atMs: 0 }],
        participation: [{ minute: 0, messages: 2, hands: 2, reactions: 0 }],
      },
      DEFAULT_STAGE_LIMITS,
      clock,
    );
    expect(live.hands.first(9)).toEqual([b, a]);
    expect(live.stage.isInvitedMember(guest.seatId)).toBe(true);
    expect([live.seats.size, live.seats.connected]).toEqual([3, 0]);
    expect(live.chat.newest(9)).toEqual({ messages: [message], more: true });
    expect(live.chat.post(somebody('Ada', 'instructor'), 'on we go').messageId).toBe(7);
    // Nothing happened again by being restored.
    expect(live.events.since(0)).toEqual([{ kind: 'started', atMs: 0 }]);
    expect(live.participation.takeUnsaved()).toEqual([]);
    expect(live.state.classClockMs()).toBe(60_000);
  });
});
