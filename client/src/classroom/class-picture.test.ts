import { toChatLines, type ClassCard, type Seat, type SeatId, type ServerMessage } from '@lectern/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ClassPicture } from './class-picture.svelte.ts';
import { testSnapshot } from './test-snapshot.ts';

afterEach(() => {
  vi.useRealTimers();
});

const seat: Seat = {
  classId: '00000000-0000-4000-8000-000000000001' as Seat['classId'],
  seatId: '00000000-0000-4000-8000-000000000002' as SeatId,
  seatSecret: 'x'.repeat(43),
  name: 'Sam',
  role: 'student',
};
const card: ClassCard = {
  classId: seat.classId,
  courseId: '00000000-0000-4000-8000-000000000003' as ClassCard['courseId'],
  courseTitle: 'Algebra',
  title: 'Rings',
  instructors: ['Ada'],
  startsAt: '2026-11-30T09:00:00.000Z',
  status: 'planned',
  guestsAllowed: true,
  synthetic: false,
};

describe('the picture of a class', () => {
  it('shows a new title and time as soon as the server tells them', () => {
    const picture = new ClassPicture(seat);
    picture.apply({ type: 'card-changed', card });
    expect([picture.card.title, picture.card.startsAt]).toEqual(['Rings', card.startsAt]);
  });

  it('counts an invitation that is over before it was answered, and no other', () => {
    const picture = new ClassPicture(seat);
    picture.apply({ type: 'invited', by: 'Ada' });
    picture.apply({ type: 'invitation-withdrawn' });
    expect([picture.invitedBy, picture.lostInvitations]).toEqual([null, 1]);
    picture.apply({ type: 'invitation-withdrawn' });
    picture.apply({ type: 'invited', by: 'Ada' });
    picture.apply({ type: 'on-stage', onStage: true });
    expect([picture.invitedBy, picture.lostInvitations]).toEqual([null, 1]);
  });

  it('shows staff what the class gives up, from the snapshot on', () => {
    const seen = new ClassPicture(seat);
    seen.apply({ type: 'snapshot', snapshot: testSnapshot({ shedding: { step: 'camera', reason: 'cpu' } }) });
    expect(seen.shedding).toEqual({ step: 'camera', reason: 'cpu' });
    seen.apply({ type: 'shedding-changed', shedding: { step: 'none', reason: null } });
    expect(seen.shedding).toEqual({ step: 'none', reason: null });
  });

  it('counts a way back to the audience that somebody else decided, and not the own one', () => {
    const picture = new ClassPicture(seat);
    picture.apply({ type: 'on-stage', onStage: true });
    picture.leavesStage = true;
    picture.apply({ type: 'on-stage', onStage: false });
    picture.leavesStage = false;
    expect(picture.sentBack).toBe(0);
    picture.apply({ type: 'on-stage', onStage: true });
    picture.apply({ type: 'on-stage', onStage: false });
    expect([picture.onStage, picture.sentBack]).toEqual([false, 1]);
  });

  it('counts an invitation that was taken back while the page was away', () => {
    const picture = new ClassPicture(seat);
    picture.apply({ type: 'snapshot', snapshot: testSnapshot({ invitedBy: 'Ada' }) });
    expect(picture.invitedBy).toBe('Ada');
    picture.apply({ type: 'snapshot', snapshot: testSnapshot() });
    expect([picture.invitedBy, picture.lostInvitations]).toEqual([null, 1]);
  });
});

const other = '00000000-0000-4000-9000-000000000009' as SeatId;
function lines(from: number, to: number, writer: SeatId) {
  return toChatLines(
    Array.from({ length: to - from + 1 }, (_, index) => ({
      messageId: from + index,
      from: { seatId: writer, name: 'Berta', role: 'student' as const },
      text: 'hello',
      sentAt: new Date(0),
    })),
  );
}
function chat(from: number, to: number, writer: SeatId): ServerMessage {
  return { type: 'chat', ...lines(from, to, writer) };
}
const settings = { writers: 'everyone', slowModeSeconds: 0 } as const;

describe('unread lines', () => {
  const me = { seatId: '99999999-0000-4000-8000-000000000002' as SeatId, name: 'Sam', role: 'student' } as const;

  it('are those of others, and those that were left out because too many came', () => {
    vi.useFakeTimers();
    const picture = new ClassPicture({ ...seat, ...me });
    picture.apply({ type: 'snapshot', snapshot: testSnapshot({ me }) });
    picture.apply(chat(1, 2, other));
    picture.apply(chat(3, 3, me.seatId));
    expect([picture.unread, picture.rushed]).toEqual([2, false]);
    picture.apply(chat(11, 12, other));
    expect([picture.unread, picture.rushed]).toEqual([11, true]);
    vi.advanceTimersByTime(30_000);
    expect(picture.rushed).toBe(false);
    picture.addPage(11, { ...lines(1, 10, other), more: false });
    expect([picture.chat.lines.length, picture.unread]).toEqual([12, 11]);
    picture.close();
  });

  it('are not what was there before the page came, but what was written while it was away', () => {
    const picture = new ClassPicture({ ...seat, ...me });
    const shown = (to: number) =>
      testSnapshot({ me, chat: { ...lines(Math.max(1, to - 2), to, other), last: to, more: true, settings } });
    picture.apply({ type: 'snapshot', snapshot: shown(3) });
    expect(picture.unread).toBe(0);
    picture.apply({ type: 'snapshot', snapshot: shown(9) });
    expect(picture.unread).toBe(6);
  });
});
