import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClassroom } from './test-classroom.ts';
import { receiveStage, speakUntil, TestMicrophone } from './test-peer.ts';

const RESET_SPREAD_MS = 50;
let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open({ limits: { resetSpreadMs: RESET_SPREAD_MS } });
});
afterAll(() => classroom.close());

describe('media over the wire', () => {
  it('says who speaks, once, and when they are silent again; the link has its figures', async () => {
    const { instructor, students } = await classroom.liveClass();
    const microphone = await TestMicrophone.open(instructor);
    const { packets, consumers } = await receiveStage(students[0]!);
    await speakUntil(microphone, () => packets() > 60 && students[0]!.count('speaking') > 0);
    expect(await students[0]!.saw('speaking')).toMatchObject({ seatIds: [instructor.seat.seatId] });
    await students[0]!.saw('speaking', ({ seatIds }) => seatIds.length === 0);
    const told = students[0]!.log.flatMap((message) => (message.type === 'speaking' ? [message.seatIds.length] : []));
    // Told when it changes, and never twice the same.
    expect(told.every((count, index) => count !== told[index - 1])).toBe(true);
    const stats = await students[0]!.ask('link-stats', {});
    expect(stats).toMatchObject({
      protocol: 'udp',
      consumers: [{ consumerId: consumers[0]?.consumerId, source: 'microphone' }],
    });
    expect(await instructor.ask('link-stats', {})).toMatchObject({ protocol: null, consumers: [] });
  });

  it('goes on over a lost WebSocket: packets flow meanwhile, and the page that is back restarts ICE', async () => {
    const { instructor, students } = await classroom.liveClass();
    const pageId = crypto.randomUUID();
    const page = await classroom.connect(students[0]!.seat, { pageId });
    const microphone = await TestMicrophone.open(instructor);
    const { peer, packets, consumers } = await receiveStage(page);
    await instructor.saw('counts-changed', ({ counts }) => counts.hearing === 1);
    const seen = instructor.log.length;
    page.close();
    // Whoever is not connected counts neither as present nor as hearing; the media waits for them.
    await instructor.saw('counts-changed', ({ counts }) => counts.students === 0 && counts.hearing === 0, seen);
    const before = packets();
    await speakUntil(microphone, () => packets() > before + 5);
    const back = await classroom.connect(page.seat, { pageId });
    const { transportId } = peer.transport;
    const { iceParameters } = await back.ask('restart-ice', { transportId });
    expect(iceParameters.usernameFragment).not.toBe(peer.transport.iceParameters.usernameFragment);
    const again = await back.ask('receive', { transportId, rtpCapabilities: back.snapshot.rtpCapabilities });
    expect(again.consumers).toEqual(consumers);
  });

  it('closes the media of somebody who does not come back in time', async () => {
    const impatient = await TestClassroom.open({ limits: { graceMs: 50 } });
    try {
      const { instructor, students } = await impatient.liveClass();
      await TestMicrophone.open(instructor);
      const { peer } = await receiveStage(students[0]!);
      students[0]!.close();
      await expect.poll(() => peer.peer.state()).not.toBe('connected');
      await expect.poll(async () => (await instructor.ask('page-roster', {})).total).toBe(1);
    } finally {
      await impatient.close();
    }
  });

  it('no transport outlives its class', async () => {
    const { instructor, students } = await classroom.liveClass();
    const microphone = await TestMicrophone.open(instructor);
    const { peer } = await receiveStage(students[0]!);
    await instructor.ask('end-class', {});
    await expect.poll(() => [peer, microphone.peer].map((one) => one.peer.state())).not.toContain('connected');
  });

  it('after a worker was killed tells its people to begin again, presenters at once, and they can', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B']);
    await TestMicrophone.open(instructor);
    for (const student of students) await receiveStage(student);
    await instructor.saw('counts-changed', ({ counts }) => counts.hearing === 2);
    process.kill(classroom.media.workers()[0]!.pid!, 'SIGKILL');
    expect(await instructor.saw('media-reset')).toEqual({ type: 'media-reset', afterMs: 0 });
    for (const student of students) {
      const { afterMs } = await student.saw('media-reset');
      expect(afterMs).toBeLessThanOrEqual(RESET_SPREAD_MS);
      expect(student.count('goodbye')).toBe(0);
    }
    await students[0]!.saw('stage-changed', ({ stage }) => stage.length === 0);
    const microphone = await TestMicrophone.open(instructor, 2222);
    const { packets } = await receiveStage(students[0]!);
    await speakUntil(microphone, () => packets() > 3);
  });
});

describe('the packets of a microphone', () => {
  it('hold 60 ms where the course has had a class of 300, as every page is told, and 20 elsewhere', async () => {
    const before = await classroom.plan();
    await classroom.database.query(
      `insert into seat (seat_id, class_id, secret_hash, name, role, created_at)
       select gen_random_uuid(), $1, '', 'Sam', 'student', now() from generate_series(1, 300)`,
      [before.classId],
    );
    const detail = await classroom.plan({ course: before.courseId });
    const page = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
    expect(page.snapshot.audioPtimeMs).toBe(60);
    expect((await classroom.liveClass()).instructor.snapshot.audioPtimeMs).toBe(20);
  });
});
