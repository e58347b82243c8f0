import { fromChatLines, writerOf } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClassroom } from './test-classroom.ts';
import { receiveStage, speakUntil, TestMicrophone, TestSignal } from './test-peer.ts';

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());

describe('a live class', () => {
  it('starts, carries sound from the instructor to a student, chat both ways, and datagrams to the relay', async () => {
    const detail = await classroom.plan();
    const instructor = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
    const student = await classroom.connect(await classroom.guestSeat(detail, 'Sam'));
    expect(student.snapshot).toMatchObject({
      status: 'planned',
      classClockMs: null,
      me: { name: 'Sam', role: 'student' },
    });

    await instructor.ask('start-class', {});
    await student.saw('class-changed', ({ status }) => status === 'live');

    const microphone = await TestMicrophone.open(instructor);
    const { packets } = await receiveStage(student);
    await instructor.saw('counts-changed', ({ counts }) => counts.hearing === 1);
    await speakUntil(microphone, () => packets() >= 5);

    const { messageId } = await student.ask('send-chat', { text: 'good morning' });
    expect(fromChatLines(await instructor.saw('chat'))).toMatchObject([
      { messageId, text: 'good morning', writer: writerOf(student.seat.seatId), name: 'Sam', role: 'student' },
    ]);

    await student.answerContribution();
    const signal = await TestSignal.open(student);
    const arrived = new Promise((resolve) => classroom.signals.once('accepted', () => resolve(undefined)));
    signal.send(new Uint8Array(16).fill(7));
    await arrived;
    expect(classroom.signals.accepted).toMatchObject([
      { classId: detail.classId, seatId: student.seat.seatId, bytes: new Uint8Array(16).fill(7) },
    ]);
  });
});
