import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClassroom } from './test-classroom.ts';
import { receiveStage, TestMicrophone } from './test-peer.ts';

const GRACE_MS = 600;
const RESET_SPREAD_MS = 50;
let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open({ limits: { graceMs: GRACE_MS, resetSpreadMs: RESET_SPREAD_MS } });
});
afterAll(() => classroom.close());

/** Sends until `enough` says so, at most for a few seconds. */
async function speak(microphone: TestMicrophone, enough: () => boolean): Promise<void> {
  for (let sent = 0; sent < 300 && !enough(); sent += 1) {
    microphone.send();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(enough()).toBe(true);
}

describe('media over the wire', () => {
  it('says who speaks, once, and when they are silent again; the link has its figures', async () => {
    const { instructor, students } = await classroom.liveClass();
    const microphone = await TestMicrophone.open(instructor);
    const { packets, consumers } = await receiveStage(students[0]!);
    await speak(microphone, () => packets() > 60 && students[0]!.count('speaking') > 0);
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
    page.close();
    await instructor.saw('counts-changed', ({ counts }) => counts.students === 0 && counts.hearing === 1);
    const before = packets();
    await speak(microphone, () => packets() > before + 5);
    const back = await classroom.connect(page.seat, { pageId });
    const { transportId } = peer.transport;
    const { iceParameters } = await back.ask('restart-ice', { transportId });
    expect(iceParameters.usernameFragment).not.toBe(peer.transport.iceParameters.usernameFragment);
    const again = await back.ask('receive', { transportId, rtpCapabilities: back.snapshot.rtpCapabilities });
    expect(again.consumers).toEqual(consumers);
  });

  it('closes the media of somebody who does not come back in time', async () => {
    const { instructor, students } = await classroom.liveClass();
    await TestMicrophone.open(instructor);
    const { peer } = await receiveStage(students[0]!);
    students[0]!.close();
    await expect.poll(() => peer.peer.state(), { timeout: 5_000 }).not.toBe('connected');
    await instructor.saw('counts-changed', ({ counts }) => counts.students === 0 && counts.hearing === 0);
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
    const killedMs = performance.now();
    expect(await instructor.saw('media-reset')).toEqual({ type: 'media-reset', afterMs: 0 });
    for (const student of students) {
      const { afterMs } = await student.saw('media-reset');
      expect(afterMs).toBeLessThanOrEqual(RESET_SPREAD_MS);
      expect(student.count('goodbye')).toBe(0);
    }
    await students[0]!.saw('stage-changed', ({ stage }) => stage.length === 0);
    const microphone = await TestMicrophone.open(instructor, 2222);
    const { packets } = await receiveStage(students[0]!);
    await speak(microphone, () => packets() > 3);
    expect(performance.now() - killedMs).toBeLessThan(5_000);
  });
});
