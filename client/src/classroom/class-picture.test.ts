import type { ClassCard, Seat, SeatId } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { ClassPicture } from './class-picture.svelte.ts';
import { testSnapshot } from './test-snapshot.ts';

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
});
