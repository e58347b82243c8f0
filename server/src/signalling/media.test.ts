import type { ClassId, ConsumerOffer } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClassMedia } from '../media/class-media.ts';
import { TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';
import {
  cameraParameters,
  extensionIdsOf,
  microphoneParameters,
  receiveStage,
  speakUntil,
  TestMicrophone,
} from './test-peer.ts';

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
      consumers: [{ consumerId: consumers[0]?.consumerId, source: 'microphone', state: 'sent' }],
    });
    const state = async () => (await students[0]!.ask('link-stats', {})).consumers.map((each) => each.state);
    const consumerIds = consumers.map(({ consumerId }) => consumerId);
    await students[0]!.ask('pause-consumers', { consumerIds });
    expect(await state()).toEqual(['not-asked-for']);
    // Whoever teaches sees the link, and not whether the page is in front.
    const { seatId } = students[0]!.seat;
    expect(await instructor.ask('link-stats', { seatId })).toMatchObject({ protocol: 'udp', consumers: [] });
    await students[0]!.ask('resume-consumers', { consumerIds });
    await instructor.ask('pause-producer', { producerId: microphone.producerId });
    await expect.poll(state).toEqual(['turned-off']);
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
  const takeSeats = (classId: ClassId, students: number) =>
    classroom.database.query(
      `insert into seat (seat_id, class_id, secret_hash, name, role, created_at)
       select gen_random_uuid(), $1, '', 'Sam', 'student', now() from generate_series(1, $2)`,
      [classId, students],
    );

  it('hold 60 ms where the course has had a class of 300, as every page is told, and 20 elsewhere', async () => {
    const before = await classroom.plan();
    await takeSeats(before.classId, 300);
    const detail = await classroom.plan({ course: before.courseId });
    const page = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
    expect(page.snapshot.audioPtimeMs).toBe(60);
    expect((await classroom.liveClass()).instructor.snapshot.audioPtimeMs).toBe(20);
  });

  it('hold 60 ms where the plan expects 300, also once it does while somebody is inside', async () => {
    const told = async (expectedPeople: number) => {
      const detail = await classroom.plan({ expectedPeople });
      const page = await classroom.connect(await classroom.guestSeat(detail, 'Sam'));
      return { page, detail };
    };
    expect((await told(300)).page.snapshot.audioPtimeMs).toBe(60);
    const { page, detail } = await told(299);
    expect(page.snapshot.audioPtimeMs).toBe(20);
    await classroom.classes.replanClass(detail.classId, { expectedPeople: 300 });
    await classroom.live.refresh(detail.classId);
    expect(await page.saw('audio-ptime-changed')).toMatchObject({ audioPtimeMs: 60 });
  });

  it('go by the larger of the plan and the largest class of the course', async () => {
    const { courseId, classId } = await classroom.plan({ expectedPeople: 40 });
    await takeSeats(classId, 3);
    const expected = async (expectedPeople?: number) =>
      classroom.classes.expectedStudents((await classroom.plan({ course: courseId, expectedPeople })).classId);
    // Nothing said: what another class expects says nothing of this one.
    expect([await expected(), await expected(2), await expected(4)]).toEqual([3, 3, 4]);
    expect(await classroom.classes.expectedStudents((await classroom.plan()).classId)).toBe(0);
  });
});

describe('congestion control', () => {
  const URIS = /transport-wide-cc|abs-send-time/;
  const TYPES = ['transport-cc', 'goog-remb'];
  const negotiated = ({ rtpParameters }: ConsumerOffer) => ({
    extensions: (rtpParameters.headerExtensions ?? []).filter(({ uri }) => URIS.test(uri)).length,
    feedback: rtpParameters.codecs
      .flatMap(({ rtcpFeedback }) => rtcpFeedback ?? [])
      .filter(({ type }) => TYPES.includes(type)).length,
  });

  /** A microphone, a camera of one layer and a screen of three on the stage, and a student who receives them. */
  const staged = async () => {
    const { instructor, students } = await classroom.liveClass();
    const microphone = await TestMicrophone.open(instructor);
    const { transportId } = microphone.peer.transport;
    for (const [source, scalabilityMode] of [
      ['camera', undefined],
      ['screen', 'L1T3'],
    ] as const) {
      const encodings = [{ ssrc: Math.ceil(Math.random() * 1e9), ...(scalabilityMode ? { scalabilityMode } : {}) }];
      const rtpParameters = { ...cameraParameters(1), mid: source, encodings };
      await instructor.ask('produce', { transportId, source, kind: 'video', rtpParameters });
    }
    const student = students[0]!;
    const received = await receiveStage(student);
    const again = async () => {
      const { transportId } = received.peer.transport;
      const { rtpCapabilities } = student.snapshot;
      return (await student.ask('receive', { transportId, rtpCapabilities })).consumers;
    };
    return { student, microphone, ...received, again };
  };
  const bySource = (consumers: readonly ConsumerOffer[]) =>
    Object.fromEntries(consumers.map((consumer) => [consumer.source, negotiated(consumer)]));
  const NONE = { extensions: 0, feedback: 0 };

  it('is negotiated with nobody whose link is wide enough', async () => {
    const { student, consumers, again, microphone, packets } = await staged();
    expect(bySource(consumers)).toEqual({ microphone: NONE, camera: NONE, screen: NONE });
    await speakUntil(microphone, () => packets() > 20);
    await student.ask('quality', { rttMs: 20, lossShare: 0 });
    expect(await again()).toEqual(consumers);
  });

  it('comes with the pictures that have layers once a page says that its link is narrow, and stays', async () => {
    const { student, consumers, again, microphone, packets } = await staged();
    await speakUntil(microphone, () => packets() > 20);
    await student.ask('quality', { rttMs: 1_200, lossShare: 0 });
    const { consumers: opened } = await student.saw('consumers-opened');
    const { consumerIds: closed } = await student.saw('consumers-closed');
    const screen = consumers.find(({ source }) => source === 'screen');
    expect(opened).toMatchObject([{ source: 'screen', producerId: screen?.producerId }]);
    expect(closed).toEqual([screen?.consumerId]);
    // The page keeps the place of a picture that it has another one of.
    const told = student.log.map(({ type }) => type).filter((type) => type.startsWith('consumers-'));
    expect(told).toEqual(['consumers-opened', 'consumers-closed']);
    const now = await again();
    expect(bySource(now)).toEqual({ microphone: NONE, camera: NONE, screen: { extensions: 2, feedback: 1 } });
    await student.ask('quality', { rttMs: 1_200, lossShare: 0.2 });
    expect(await again()).toEqual(now);
  });

  it('is in no packet that a listener gets, and the worker estimates no bandwidth for one', async () => {
    const { instructor, students } = await classroom.liveClass();
    const microphone = await TestMicrophone.open(instructor);
    const ids = new Set<number>();
    const { packets, consumers } = await receiveStage(students[0]!, (packet) => {
      for (const id of extensionIdsOf(packet)) ids.add(id);
    });
    await speakUntil(microphone, () => packets() > 20);
    const { headerExtensions } = consumers[0]!.rtpParameters;
    const idOf = (name: string) => headerExtensions?.find(({ uri }) => uri.endsWith(name))?.id;
    // The presenter's packets number themselves for their own link; the level is for whoever hears.
    expect([...ids]).toContain(idOf('ssrc-audio-level'));
    expect([...ids].filter((id) => !headerExtensions?.some((extension) => extension.id === id))).toEqual([]);
    expect(idOf('transport-wide-cc-extensions-01')).toBeUndefined();
    expect(await students[0]!.ask('link-stats', {})).toMatchObject({ availableKbps: null });
  });
});

describe('the load of a worker', () => {
  it('is what really arrives from the stage, for each who is sent it', async () => {
    const opened = vi.spyOn(classroom.media, 'openClass');
    const { instructor, students } = await classroom.liveClass(['A', 'B']);
    const media = opened.mock.results.at(-1)?.value as ClassMedia;
    opened.mockRestore();
    const microphone = await TestMicrophone.open(instructor);
    const [first, second] = [await receiveStage(students[0]!), await receiveStage(students[1]!)];
    await students[1]!.ask('pause-consumers', { consumerIds: second.consumers.map(({ consumerId }) => consumerId) });
    await speakUntil(microphone, () => first.packets() > 5);
    await media.sampleRates();
    const before = { packets: first.packets(), atMs: performance.now() };
    await speakUntil(microphone, () => first.packets() > before.packets + 40);
    await media.sampleRates();
    const perSecond = ((first.packets() - before.packets) * 1_000) / (performance.now() - before.atMs);
    const [sent = 0, ...others] = media.sentPerSecond().values();
    expect(others).toEqual([]);
    expect(sent / perSecond).toBeGreaterThan(0.8);
    expect(sent / perSecond).toBeLessThan(1.25);
  });
});

it('closes the link of whoever was sent back to the audience while it was made', async () => {
  const { instructor, students } = await classroom.liveClass();
  const [student] = students;
  const { seatId } = student!.seat;
  await instructor.ask('invite-to-stage', { seatId });
  await student!.ask('answer-invitation', { accept: true });
  const opens = vi.spyOn(ClassMedia.prototype, 'openTransport');
  opens.mockImplementationOnce(async function (this: ClassMedia, ...of) {
    await instructor.ask('send-to-audience', { seatId });
    return this.openTransport(...of);
  });
  expect(await student!.refusal('open-transport', { purpose: 'stage' })).toBe('not-allowed');
  const [media] = opens.mock.contexts as ClassMedia[];
  expect(media?.counts().transports).toBe(0);
  vi.restoreAllMocks();
});

describe('a class that fills its workers', () => {
  /** Three students who receive, on a worker for little more. A transport that stands open counts for 2, and each who hears a sound for 50. */
  async function smallClass() {
    const small = await TestClassroom.open({ packetBudget: 250 });
    try {
      const { instructor, students } = await small.liveClass(['A', 'B', 'C']);
      const { rtpCapabilities } = instructor.snapshot;
      for (const student of students) {
        const { transportId } = await student.ask('open-transport', { purpose: 'receive' });
        await student.ask('receive', { transportId, rtpCapabilities });
      }
      return { small, instructor, students };
    } catch (error) {
      await small.close();
      throw error;
    }
  }

  it('refuses one more microphone of a student in words, and none of who teaches', async () => {
    const { small, instructor, students } = await smallClass();
    try {
      const load = () => Math.round(small.media.workers()[0]!.packetsPerSecond);
      const seatId = students[0]!.seat.seatId;
      await instructor.ask('invite-to-stage', { seatId });
      await students[0]!.ask('answer-invitation', { accept: true });
      const spoken = await TestMicrophone.open(students[0]!);
      await expect.poll(load).toBe(4 * 2 + 2 * 50);
      expect(await instructor.refusal('invite-to-stage', { seatId: students[1]!.seat.seatId })).toBe('over-capacity');
      // The own one may be muted and opened again, and made anew.
      await students[0]!.ask('pause-producer', { producerId: spoken.producerId });
      await instructor.ask('invite-to-stage', { seatId: students[1]!.seat.seatId });
      expect(await students[1]!.refusal('answer-invitation', { accept: true })).toBeNull();
      await students[0]!.ask('resume-producer', { producerId: spoken.producerId });
      await TestMicrophone.open(instructor, 3333);
      await expect.poll(load).toBe(5 * 2 + 5 * 50);
      await students[0]!.ask('pause-producer', { producerId: spoken.producerId });
      expect(await students[0]!.refusal('resume-producer', { producerId: spoken.producerId })).toBe('over-capacity');
    } finally {
      await small.close();
    }
  });

  it('refuses the sound of a student’s screen likewise, and none of who teaches', async () => {
    const { small, instructor, students } = await smallClass();
    try {
      const sharing = students[0]!;
      await instructor.ask('invite-to-stage', { seatId: sharing.seat.seatId });
      await sharing.ask('answer-invitation', { accept: true });
      const screenAudioOf = async (page: TestPage) => {
        const { transportId } = await page.ask('open-transport', { purpose: 'stage' });
        return (ssrc: number, paused = false) => ({
          ...({ transportId, source: 'screen-audio', kind: 'audio', paused } as const),
          rtpParameters: { ...microphoneParameters(ssrc), mid: String(ssrc) },
        });
      };
      const [ofStudent, ofTeacher] = [await screenAudioOf(sharing), await screenAudioOf(instructor)];
      const load = () => Math.round(small.media.workers()[0]!.packetsPerSecond);
      await sharing.ask('produce', ofStudent(1111));
      await expect.poll(load).toBe(5 * 2 + 2 * 50);
      await instructor.ask('produce', ofTeacher(2222));
      await expect.poll(load).toBe(5 * 2 + 5 * 50);
      // Made anew it takes no more than it did.
      const { producerId } = await sharing.ask('produce', ofStudent(3333));
      await sharing.ask('pause-producer', { producerId });
      expect(await sharing.refusal('resume-producer', { producerId })).toBe('over-capacity');
      expect(await sharing.refusal('produce', ofStudent(4444))).toBe('over-capacity');
      expect(await sharing.refusal('produce', ofStudent(5555, true))).toBeNull();
    } finally {
      await small.close();
    }
  });
});
