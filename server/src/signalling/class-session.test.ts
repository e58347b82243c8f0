import { fromChatLines } from '@lectern/contracts';
import type { ClassId } from '@lectern/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClassMedia } from '../media/class-media.ts';
import type { TestPage } from './test-page.ts';
import { TestClassroom } from './test-classroom.ts';
import { cameraParameters, microphoneParameters } from './test-peer.ts';

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());
afterEach(() => {
  expect(classroom.logLines).toEqual([]);
});

/** The only student, where a test has one. */
function first([page]: readonly TestPage[]): TestPage {
  if (!page) throw new Error('no student');
  return page;
}

async function onStage(instructor: TestPage, student: TestPage): Promise<void> {
  await instructor.ask('invite-to-stage', { seatId: student.seat.seatId });
  await student.saw('invited');
  await student.ask('answer-invitation', { accept: true });
  await student.saw('on-stage', (message) => message.onStage);
}

async function publish(page: TestPage, source: 'microphone' | 'camera', ssrc: number): Promise<string> {
  const { transportId } = await page.ask('open-transport', { purpose: 'stage' });
  const audio = source === 'microphone';
  const { producerId } = await page.ask('produce', {
    transportId,
    source,
    kind: audio ? 'audio' : 'video',
    rtpParameters: audio ? microphoneParameters(ssrc) : cameraParameters(ssrc),
  });
  return producerId;
}

/** A live class, and its media to look into. */
async function liveClassWithMedia() {
  const openClass = classroom.media.openClass.bind(classroom.media);
  const opened: ClassMedia[] = [];
  const opening = vi.spyOn(classroom.media, 'openClass').mockImplementation((classId, synthetic) => {
    const media = openClass(classId, synthetic);
    opened.push(media);
    return media;
  });
  const live = await classroom.liveClass();
  opening.mockRestore();
  const [media] = opened;
  if (!media) throw new Error('no media was opened');
  return { ...live, media };
}

describe('the door', () => {
  it('refuses a class that is gone, a wrong secret, a wrong seat and a malformed handshake, with the code', async () => {
    const detail = await classroom.plan();
    const seat = await classroom.guestSeat(detail, 'Sam');
    const other = await classroom.plan();
    const deleted = await classroom.plan();
    const waiting = await classroom.guestSeat(deleted, 'Sam');
    await classroom.classes.cancelClass(deleted.classId, { status: 'planned' });
    const strangers = [
      classroom.knock(waiting),
      classroom.knock({ ...seat, seatSecret: 'x'.repeat(43) }),
      classroom.knock({ ...seat, classId: other.classId }),
      classroom.knock(seat, { seatSecret: 7 }),
      classroom.knock(seat, { more: 'than asked for' }),
    ];
    await expect
      .poll(() => strangers.map(({ refused }) => (refused as { code?: string } | null)?.code))
      .toEqual(['not-found', 'seat-wrong', 'seat-wrong', 'bad-request', 'bad-request']);
  });

  it('gives a seat that connects again and again no fresh burst, and asks it to wait in the end', async () => {
    const { students } = await classroom.liveClass();
    const { seat } = first(students);
    const answer = { permission: 'contribute', granted: false, wording: 'contribute-1', language: 'en' } as const;
    for (let count = 0; count < 6; count += 1) await first(students).ask('set-permission', answer);
    const again = await classroom.connect(seat);
    expect(await again.refusal('set-permission', answer)).toBe('too-many');
    const storm = Array.from({ length: 30 }, () => classroom.knock(seat));
    await expect
      .poll(() => storm.filter(({ refused }) => (refused as { code?: string } | null)?.code === 'too-many').length)
      .toBeGreaterThan(10);
  });

  it('tells a page of another protocol to reload, whatever else that page says', async () => {
    const seat = await classroom.guestSeat(await classroom.plan(), 'Sam');
    const page = classroom.knock(seat, { protocol: 99, fromTheFuture: true });
    expect(await page.saw('goodbye')).toEqual({ type: 'goodbye', reason: 'protocol-old' });
    await page.gone();
  });

  it('says that a class has ended, and that somebody was removed', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const student = first(students);
    await instructor.ask('remove', { seatId: student.seat.seatId });
    expect(await student.saw('goodbye')).toMatchObject({ reason: 'removed' });
    await student.gone();
    expect(await classroom.knock(student.seat).saw('goodbye')).toMatchObject({ reason: 'removed' });

    const late = await classroom.guestSeat(detail, 'Late');
    await instructor.ask('end-class', {});
    expect(await instructor.saw('goodbye')).toMatchObject({ reason: 'class-ended' });
    expect(await classroom.knock(late).saw('goodbye')).toMatchObject({ reason: 'class-ended' });
  });

  it('lets a second page take over, tells the first, and closes the first one’s media', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const before = first(students);
    await before.ask('raise-hand', {});
    const { transportId } = await before.ask('open-transport', { purpose: 'receive' });
    const now = await classroom.connect(before.seat, { pageId: crypto.randomUUID() });
    expect(await before.saw('goodbye')).toMatchObject({ reason: 'taken-over' });
    await before.gone();
    expect(now.snapshot.hands.myPlace).toBe(1);
    expect(await now.refusal('restart-ice', { transportId })).toBe('media-gone');
    expect((await instructor.ask('page-roster', {})).total).toBe(2);
    expect(detail.classId).toBe(now.seat.classId);
  });

  it('lets the same page come back before its loss was noticed, with its transports and without a goodbye', async () => {
    const { students } = await classroom.liveClass();
    const { seat } = first(students);
    const pageId = crypto.randomUUID();
    const before = await classroom.connect(seat, { pageId });
    const { transportId } = await before.ask('open-transport', { purpose: 'receive' });
    const now = await classroom.connect(seat, { pageId });
    await before.gone();
    expect(before.count('goodbye')).toBe(0);
    expect(await now.refusal('restart-ice', { transportId })).toBeNull();
  });
});

describe('a page that was offline while another took its seat', () => {
  it('is told so when it comes back by itself, and puts nobody out; a click brings another page', async () => {
    const { students } = await classroom.liveClass();
    const { seat } = first(students);
    const [before, now] = [crypto.randomUUID(), crypto.randomUUID()];
    (await classroom.connect(seat, { pageId: before })).close();
    const used = await classroom.connect(seat, { pageId: now });
    const back = classroom.knock(seat, { pageId: before });
    expect(await back.saw('goodbye')).toMatchObject({ reason: 'taken-over' });
    await back.gone();
    await used.ask('clock', {});
    expect(used.count('goodbye')).toBe(0);
    await classroom.connect(seat, { pageId: crypto.randomUUID() });
    expect(await used.saw('goodbye')).toMatchObject({ reason: 'taken-over' });
  });
});

describe('coming and going', () => {
  it('keeps hand, stage and place over a lost connection, and the order of hands with them', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B', 'C']);
    const [a, b, c] = students as [TestPage, TestPage, TestPage];
    await onStage(instructor, c);
    for (const page of [b, a]) await page.ask('raise-hand', {});
    const seen = instructor.log.length;
    for (const page of [b, c]) page.close();
    await instructor.saw('counts-changed', ({ counts }) => counts.students === 1, seen);
    await instructor.saw('stage-changed', ({ stage }) => stage[0]?.connected === false);
    const back = await classroom.connect(b.seat);
    const presenter = await classroom.connect(c.seat);
    expect(back.snapshot.hands).toEqual({ count: 2, myPlace: 1, order: null });
    expect(presenter.snapshot.stage).toMatchObject([{ seatId: c.seat.seatId, connected: true, sources: [] }]);
    await expect.poll(() => instructor.picture.hands.order?.map(({ name }) => name)).toEqual(['B', 'A']);
  });

  it('gives up the place of somebody who does not come back in time', async () => {
    const impatient = await TestClassroom.open({ limits: { graceMs: 50 } });
    try {
      const { instructor, students } = await impatient.liveClass();
      await first(students).ask('raise-hand', {});
      first(students).close();
      await expect.poll(async () => (await instructor.ask('page-roster', {})).total).toBe(1);
      await instructor.saw('hands-changed', ({ count }) => count === 0);
    } finally {
      await impatient.close();
    }
  });

  it('keeps no session of a class that is not live and that nobody came into', async () => {
    const detail = await classroom.plan();
    const seat = await classroom.accountSeat(detail, 'Sam');
    const query = classroom.database.query.bind(classroom.database);
    const failing = vi.spyOn(classroom.database, 'query').mockImplementation((sql, values) => {
      if (!sql.includes('permission_record')) return query(sql, values);
      return Promise.reject(new Error('Query read timeout'));
    });
    const page = classroom.knock(seat);
    await expect.poll(() => classroom.logLines.join('')).toContain('a seat could not be taken');
    failing.mockRestore();
    await page.gone();
    await expect.poll(() => classroom.live.summary().map(({ classId }) => classId)).not.toContain(detail.classId);
    classroom.logLines.length = 0;
    expect((await classroom.connect(seat)).snapshot.status).toBe('planned');
  });

  it('ends a live class that everybody has left without ending it, and not while one is in it', async () => {
    const forgetful = await TestClassroom.open({ limits: { graceMs: 50, abandonedAfterMs: 300 } });
    try {
      const status = async (classId: ClassId) =>
        (await forgetful.database.query('select status from class where class_id = $1', [classId]))[0]?.['status'];
      const taught = await forgetful.liveClass();
      const left = await forgetful.liveClass();
      for (const page of [left.instructor, ...left.students]) page.close();
      await expect.poll(() => status(left.detail.classId)).toBe('ended');
      expect(await status(taught.detail.classId)).toBe('live');
    } finally {
      await forgetful.close();
    }
  });

  it('tries to end a class that everybody has left again when the store was away', async () => {
    const forgetful = await TestClassroom.open({ limits: { graceMs: 50, abandonedAfterMs: 100, endAgainAfterMs: 50 } });
    try {
      const { detail, instructor } = await forgetful.liveClass([]);
      await forgetful.database.script('alter table class rename to elsewhere');
      instructor.close();
      await expect.poll(() => forgetful.logLines.join('')).toContain('it is tried again');
      await forgetful.database.script('alter table elsewhere rename to class');
      const status = () => forgetful.database.query('select status from class where class_id = $1', [detail.classId]);
      await expect.poll(status).toEqual([{ status: 'ended' }]);
    } finally {
      await forgetful.close();
    }
  });

  it('leaving is immediate for the others, and answered', async () => {
    const { instructor, students } = await classroom.liveClass();
    const student = first(students);
    await onStage(instructor, student);
    await student.ask('leave', {});
    await student.gone();
    const { entries } = await instructor.ask('page-roster', {});
    expect(entries.map(({ name }) => name)).toEqual([instructor.snapshot.me.name]);
    await instructor.saw('stage-changed', ({ stage }) => stage.length === 0);
  });

  it('goes on after a restart: status, clock, hands in order, stage, chat and its settings', async () => {
    const { detail, instructor, students } = await classroom.liveClass(['A', 'B', 'C']);
    const [a, b, c] = students as [TestPage, TestPage, TestPage];
    await onStage(instructor, c);
    for (const page of [b, a]) await page.ask('raise-hand', {});
    const { messageId } = await a.ask('send-chat', { text: 'still there?' });
    await a.ask('send-chat', { text: 'to be deleted' });
    await instructor.ask('delete-chat', { messageId: messageId + 1 });
    await instructor.ask('set-chat', { writers: 'staff', slowModeSeconds: 30 });
    const { classClockMs: before } = await a.ask('clock', {});
    await classroom.stopServing();
    await classroom.startServing();
    expect(classroom.live.summary()).toContainEqual(
      expect.objectContaining({ classId: detail.classId, status: 'live' }),
    );
    expect(classroom.signals.followed.get(detail.classId)?.clock()).toBeGreaterThanOrEqual(before ?? Infinity);

    const [again, teacher] = [await classroom.connect(b.seat), await classroom.connect(instructor.seat)];
    expect(again.snapshot).toMatchObject({
      status: 'live',
      hands: { count: 2, myPlace: 1 },
      stage: [{ seatId: c.seat.seatId }],
      chat: { settings: { writers: 'staff', slowModeSeconds: 30 } },
    });
    expect(fromChatLines(again.snapshot.chat)).toMatchObject([{ messageId, text: 'still there?' }]);
    expect(again.snapshot.classClockMs).toBeGreaterThanOrEqual(before ?? Infinity);
    expect(teacher.snapshot.hands.order?.map(({ name }) => name)).toEqual(['B', 'A']);
    expect(teacher.snapshot.events?.map(({ kind }) => kind)).toEqual(['started', 'stage-joined']);
    expect(teacher.snapshot.participation?.[0]).toMatchObject({ messages: 2, hands: 2 });
    // Numbers go on behind those that were given out, the deleted one's included.
    expect((await teacher.ask('send-chat', { text: 'yes' })).messageId).toBe(messageId + 2);
  });
});

describe('the class', () => {
  it('lets an assistant mute students and other assistants, and never the instructor', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const seats = [
      await classroom.staffSeat(detail, 'assistant', `Ben ${detail.classId}`),
      await classroom.staffSeat(detail, 'assistant', `Cleo ${detail.classId}`),
    ];
    const [ben, cleo] = (await Promise.all(seats.map((seat) => classroom.connect(seat)))) as [TestPage, TestPage];
    for (const [index, page] of [instructor, ben, cleo].entries()) await publish(page, 'microphone', 500 + index);
    for (const { seat } of [instructor, cleo, ben]) {
      expect(await ben.refusal('mute', { seatId: seat.seatId })).toBe('not-allowed');
    }
    expect(await ben.refusal('mute', { seatId: first(students).seat.seatId })).toBeNull();
    await ben.ask('mute-all', {});
    await cleo.saw('muted');
    await instructor.ask('clock', {});
    expect([instructor.count('muted'), ben.count('muted')]).toEqual([0, 0]);
    await instructor.ask('mute-all', {});
    await ben.saw('muted');
  });

  it('is open, live and ended when the instructor says so, and tells everybody', async () => {
    const detail = await classroom.plan();
    const instructor = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
    const student = await classroom.connect(await classroom.guestSeat(detail, 'Sam'));
    await instructor.ask('open-class', {});
    await student.saw('class-changed', ({ status }) => status === 'open');
    expect(await student.refusal('raise-hand', {})).toBe('class-not-live');
    expect(await student.refusal('open-transport', { purpose: 'receive' })).toBeNull();
    expect(await instructor.refusal('open-transport', { purpose: 'stage' })).toBe('class-not-live');
    await instructor.ask('start-class', {});
    expect(await instructor.refusal('start-class', {})).toBe('conflict');
    const live = await student.saw('class-changed', ({ status }) => status === 'live');
    expect(live.classClockMs).toBeGreaterThanOrEqual(0);
    expect(live.classClockMs).toBeLessThan(30_000);
    // Two milliseconds for each student who waits.
    expect(live.receiveSpreadMs).toBe(2);
    await instructor.ask('end-class', {});
    expect(await student.saw('goodbye')).toMatchObject({ reason: 'class-ended' });
    await student.gone();
    const [row] = await classroom.database.query('select status, secret from class where class_id = $1', [
      detail.classId,
    ]);
    expect(row).toEqual({ status: 'ended', secret: null });
    await expect.poll(() => classroom.signals.followed.has(detail.classId)).toBe(false);
  });

  it('tells whoever waits a new title and time at once', async () => {
    const detail = await classroom.plan();
    const student = await classroom.connect(await classroom.guestSeat(detail, 'Sam'));
    const plan = { title: 'Fields', startsAt: '2026-11-30T08:00:00.000Z', durationMinutes: null };
    await classroom.classes.replanClass(detail.classId, { ...plan, guestsAllowed: true, signalEnabled: true });
    await classroom.live.refresh(detail.classId);
    const { card } = await student.saw('card-changed');
    expect(card).toMatchObject({ title: 'Fields', startsAt: plan.startsAt, status: 'planned' });
    await classroom.live.refresh(detail.classId);
    await student.ask('clock', {});
    expect(student.count('card-changed')).toBe(1);
  });

  it('tells everybody the institution’s new rules, once, and before whether the class still asks', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const student = first(students);
    const before = classroom.institution.current();
    const north = { responsibleBody: 'Campus North', contact: 'north@campus.test' };
    const permitted = { device: false, cohort: false };
    classroom.institution.adopt({ ...before, ...north, signalMode: 'off', permitted });
    try {
      await classroom.live.refresh(detail.classId);
      await classroom.live.refresh(detail.classId);
      const late = await classroom.connect(await classroom.guestSeat(detail, 'Late'));
      expect(late.snapshot.institution).toMatchObject({ ...north, permitted });
      for (const page of [instructor, student]) {
        await page.saw('class-changed', ({ signalOffered }) => !signalOffered);
        await page.ask('clock', {});
        expect([page.picture.institution, page.count('institution-changed')]).toEqual([late.snapshot.institution, 1]);
      }
      const told = student.log.map(({ type }) => type).filter((type) => type.endsWith('-changed'));
      expect(told.indexOf('institution-changed')).toBeLessThan(told.indexOf('class-changed'));
    } finally {
      classroom.institution.adopt(before);
      await classroom.live.refresh(detail.classId);
    }
  });

  it.each(['planned', 'open'] as const)(
    'says goodbye to whoever waits for a class that is cancelled while %s',
    async (status) => {
      const detail = await classroom.plan();
      const instructor = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
      const student = await classroom.connect(await classroom.guestSeat(detail, 'Sam'));
      if (status === 'open') {
        await instructor.ask('open-class', {});
        await instructor.ask('send-chat', { text: 'We begin soon.' });
      }
      await classroom.classes.cancelClass(detail.classId, { status });
      await classroom.live.cancel(detail.classId);
      for (const page of [instructor, student]) {
        expect(await page.saw('goodbye')).toMatchObject({ reason: 'class-cancelled' });
        await page.gone();
      }
      expect(classroom.live.summary().map(({ classId }) => classId)).not.toContain(detail.classId);
      await expect(classroom.live.cancel(detail.classId)).resolves.toBeUndefined();
    },
  );

  it('tells a lock', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    await instructor.ask('lock-class', { locked: true });
    await first(students).saw('class-changed', ({ locked }) => locked);
    await expect(classroom.guestSeat(detail, 'Late')).rejects.toMatchObject({ code: 'class-locked' });
  });

  it('is shut by a lock to a guest’s seat that was taken ahead, and open to one that was used before', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const spare = await classroom.guestSeat(detail, 'Spare');
    const left = await classroom.guestSeat(detail, 'Lee');
    const before = await classroom.connect(left);
    before.close();
    await instructor.ask('lock-class', { locked: true });
    await instructor.ask('remove', { seatId: first(students).seat.seatId });
    const knocking = classroom.knock(spare);
    await expect.poll(() => knocking.refused).toMatchObject({ code: 'class-locked' });
    const keep = { seatId: spare.seatId, seatSecret: spare.seatSecret };
    const again = { account: null, name: 'Spare', keep, at: new Date() };
    await expect(classroom.seats.takeSeat(detail.joinCode, again)).rejects.toMatchObject({ code: 'class-locked' });
    await classroom.connect(left);
    await instructor.ask('lock-class', { locked: false });
    await classroom.connect(spare);
  });
});

describe('the stage', () => {
  it('publishes after an invitation and not before; back in the audience everything published is closed', async () => {
    const { instructor, students } = await classroom.liveClass();
    const student = first(students);
    expect(await student.refusal('open-transport', { purpose: 'stage' })).toBe('not-allowed');
    await onStage(instructor, student);
    const producerId = await publish(student, 'camera', 51);
    await instructor.saw('stage-changed', ({ stage }) => stage[0]?.sources[0]?.producerId === producerId);

    await instructor.ask('send-to-audience', { seatId: student.seat.seatId });
    await student.saw('on-stage', (message) => !message.onStage);
    await instructor.saw('stage-changed', ({ stage }) => stage.length === 0);
    expect(await student.refusal('resume-producer', { producerId })).toBe('not-allowed');
    expect(await student.refusal('open-transport', { purpose: 'stage' })).toBe('not-allowed');
    expect((await instructor.ask('page-roster', { search: 'Sam' })).entries[0]?.onStage).toBe(false);
  });

  it('sends no staff to the audience, whose page would publish again at once', async () => {
    const { detail, instructor } = await classroom.liveClass();
    const assistant = await classroom.connect(await classroom.staffSeat(detail, 'assistant', 'Sent'));
    const producerId = await publish(assistant, 'camera', 61);
    const { seatId } = assistant.seat;
    expect(await instructor.refusal('send-to-audience', { seatId })).toBe('not-allowed');
    await assistant.ask('pause-producer', { producerId });
    expect((await instructor.ask('page-roster', { search: 'Sent' })).entries[0]?.onStage).toBe(true);
  });

  it('lets staff hear the answer to an invitation, and a student decline politely', async () => {
    const { instructor, students } = await classroom.liveClass();
    await instructor.ask('invite-to-stage', { seatId: first(students).seat.seatId });
    expect(await first(students).saw('invited')).toMatchObject({ by: instructor.snapshot.me.name });
    await first(students).ask('answer-invitation', { accept: false });
    expect(await instructor.saw('invitation-answered')).toMatchObject({ accepted: false, person: { name: 'Sam' } });
  });

  it('shows staff who is invited and has not answered, in the snapshot, in updates and in the roster', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const { seatId } = first(students).seat;
    const invited = async () => (await instructor.ask('page-roster', { search: 'Sam' })).entries[0]?.invited;
    await instructor.ask('invite-to-stage', { seatId });
    await instructor.saw('invitations-changed', ({ invitations }) => invitations[0]?.seatId === seatId);
    const assistant = await classroom.connect(await classroom.staffSeat(detail, 'assistant', 'Ben'));
    expect(assistant.snapshot.invitations).toMatchObject([{ seatId, name: 'Sam' }]);
    expect(first(students).snapshot.invitations).toBeNull();
    expect(await invited()).toBe(true);
    await assistant.ask('send-to-audience', { seatId });
    await first(students).saw('invitation-withdrawn');
    await instructor.saw('invitations-changed', ({ invitations }) => invitations.length === 0);
    expect(await invited()).toBe(false);
  });

  it('tells whoever comes who speaks now', async () => {
    const { media, detail, instructor } = await liveClassWithMedia();
    vi.spyOn(media, 'speaking', 'get').mockReturnValue([instructor.seat.seatId]);
    const late = await classroom.connect(await classroom.guestSeat(detail, 'Late'));
    expect(late.snapshot.speaking).toEqual([instructor.seat.seatId]);
  });

  it('mutes a microphone that is still being made when everybody is muted', async () => {
    const { media, instructor, students } = await liveClassWithMedia();
    await onStage(instructor, first(students));
    const [made, told] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const produce = media.produce.bind(media);
    vi.spyOn(media, 'produce').mockImplementation(async (...what) => {
      const producerId = await produce(...what);
      made.resolve(undefined);
      await told.promise;
      return producerId;
    });
    const publishing = publish(first(students), 'microphone', 58);
    await made.promise;
    await instructor.ask('mute-all', {});
    told.resolve(undefined);
    const producerId = await publishing;
    expect(await first(students).saw('muted')).toEqual({ type: 'muted', producerId });
    const { stage } = await instructor.saw('stage-changed', (message) => (message.stage[0]?.sources.length ?? 0) > 0);
    expect(stage[0]?.sources).toEqual([{ source: 'microphone', producerId, paused: true }]);
  });

  it('offers what is published to everybody who receives, paused, and takes it back when it ends', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B']);
    const [a] = students as [TestPage];
    const { transportId } = await a.ask('open-transport', { purpose: 'receive' });
    const { rtpCapabilities } = a.snapshot;
    expect((await a.ask('receive', { transportId, rtpCapabilities })).consumers).toEqual([]);
    const producerId = await publish(instructor, 'microphone', 52);
    const { consumers } = await a.saw('consumers-opened');
    expect(consumers).toMatchObject([{ producerId, source: 'microphone', seatId: instructor.seat.seatId }]);
    // Asked again, as after a reconnect: the same ones, none twice.
    expect((await a.ask('receive', { transportId, rtpCapabilities })).consumers).toEqual(consumers);
    await instructor.ask('close-producer', { producerId });
    expect(await a.saw('consumers-closed')).toMatchObject({ consumerIds: [consumers[0]?.consumerId] });
  });

  it('holds the limit of open microphones, muted ones aside; mute all mutes everybody else', async () => {
    const { detail, instructor, students } = await classroom.liveClass(['A', 'B', 'C', 'D']);
    const assistant = await classroom.connect(await classroom.staffSeat(detail, 'assistant', 'Ben'));
    const producers: string[] = [];
    for (const [index, student] of students.entries()) {
      await onStage(instructor, student);
      producers.push(await publish(student, 'microphone', 60 + index));
    }
    const { transportId } = await instructor.ask('open-transport', { purpose: 'stage' });
    const microphone = {
      transportId,
      source: 'microphone',
      kind: 'audio',
      rtpParameters: microphoneParameters(70),
    } as const;
    expect(await instructor.refusal('produce', microphone)).toBe('stage-full');
    await assistant.ask('mute', { seatId: students[0]!.seat.seatId });
    expect(await students[0]!.saw('muted')).toEqual({ type: 'muted', producerId: producers[0] });
    const { producerId } = await instructor.ask('produce', microphone);
    expect(await students[0]!.refusal('resume-producer', { producerId: producers[0] })).toBe('stage-full');
    await instructor.ask('mute-all', {});
    for (const student of students.slice(1)) await student.saw('muted');
    await assistant.saw('stage-changed', ({ stage }) => {
      const open = stage.flatMap(({ sources }) => sources).filter(({ paused }) => !paused);
      return open.length === 1 && open[0]?.producerId === producerId;
    });
    expect(await students[0]!.refusal('resume-producer', { producerId: producers[0] })).toBeNull();
  });

  it('refuses a kind that does not fit its source, and transports of another purpose or person', async () => {
    const { instructor, students } = await classroom.liveClass();
    const receive = await instructor.ask('open-transport', { purpose: 'receive' });
    const stage = await instructor.ask('open-transport', { purpose: 'stage' });
    const camera = { source: 'camera', kind: 'video', rtpParameters: cameraParameters(71) } as const;
    expect(await instructor.refusal('produce', { ...camera, transportId: receive.transportId })).toBe('media-gone');
    expect(await instructor.refusal('produce', { ...camera, kind: 'audio', transportId: stage.transportId })).toBe(
      'bad-request',
    );
    expect(await first(students).refusal('restart-ice', { transportId: stage.transportId })).toBe('media-gone');
    const { rtpCapabilities } = first(students).snapshot;
    expect(await first(students).refusal('receive', { transportId: stage.transportId, rtpCapabilities })).toBe(
      'media-gone',
    );
  });
});
