import { encodeDatagram } from '@lectern/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../store/database.ts';
import { EMPTY_PACING, TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';
import { TestSignal } from './test-peer.ts';

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());
beforeEach(() => {
  classroom.signals.accepted.length = 0;
  classroom.signals.forgotten.length = 0;
});

const wording = { permission: 'contribute', wording: 'contribute-1', language: 'en' } as const;
const grant = { ...wording, granted: true };
const decline = { ...wording, granted: false };
const signalTransport = { purpose: 'signal' } as const;

function datagram(window: number): Uint8Array {
  const outcome = { kind: 'score', score: 0.86 } as const;
  return encodeDatagram({ window, outcome, modelTag: 1 });
}

async function contributing(page: TestPage): Promise<TestSignal> {
  await page.ask('set-permission', grant);
  return TestSignal.open(page);
}

describe('the permission', () => {
  it('is asked for nothing before it is given: no transport, no data producer', async () => {
    const { students } = await classroom.liveClass();
    const student = students[0]!;
    expect(student.snapshot).toMatchObject({ signalOffered: true, contributing: null });
    expect(await student.refusal('open-transport', signalTransport)).toBe('permission-missing');
    const produce = { transportId: 'any', sctpStreamParameters: { streamId: 0, ordered: false } };
    expect(await student.refusal('produce-signal', produce)).toBe('permission-missing');
  });

  it('opens one channel: a second beside it is refused, another in its place is not', async () => {
    const { students } = await classroom.liveClass();
    const student = students[0]!;
    await student.ask('set-permission', grant);
    const produce = (streamId: number, transportId: string) => ({
      transportId,
      sctpStreamParameters: { streamId, ordered: false as const },
    });
    const { transportId } = await student.ask('open-transport', signalTransport);
    await student.ask('produce-signal', produce(0, transportId));
    expect(await student.refusal('produce-signal', produce(1, transportId))).toBe('bad-request');
    expect(await student.refusal('produce-signal', produce(0, transportId))).toBe('bad-request');
    const { transportId: next } = await student.ask('open-transport', signalTransport);
    await student.ask('produce-signal', produce(0, next));
  });

  it('is recorded with wording, language and time, each answer a row of its own', async () => {
    const { detail, students } = await classroom.liveClass();
    await students[0]!.ask('set-permission', grant);
    await students[0]!.ask('set-permission', { ...decline, language: 'de' });
    const rows = await classroom.database.query(
      `select granted, wording, language, permission, seat_id, recorded_at > now() - interval '1 minute' as recent
       from permission_record where class_id = $1 order by record_id`,
      [detail.classId],
    );
    const row = { wording: 'contribute-1', permission: 'contribute', seat_id: students[0]!.seat.seatId, recent: true };
    expect(rows).toEqual([
      { ...row, granted: true, language: 'en' },
      { ...row, granted: false, language: 'de' },
    ]);
  });

  it('once declined is not asked again in the course; once given it holds for the class alone', async () => {
    const { detail, students } = await classroom.liveClass();
    const [no, yes] = [await classroom.accountSeat(detail, 'Noa'), await classroom.accountSeat(detail, 'Yara')];
    await (await classroom.connect(no)).ask('set-permission', decline);
    await (await classroom.connect(yes)).ask('set-permission', grant);
    expect((await classroom.connect(yes)).snapshot.contributing).toBe(true);
    const next = await classroom.plan({ course: detail.courseId });
    expect((await classroom.connect(await classroom.accountSeat(next, 'Noa'))).snapshot.contributing).toBe(false);
    expect((await classroom.connect(await classroom.accountSeat(next, 'Yara'))).snapshot.contributing).toBeNull();
    const elsewhere = await classroom.plan();
    expect((await classroom.connect(await classroom.accountSeat(elsewhere, 'Noa'))).snapshot.contributing).toBeNull();
    expect(students[0]!.snapshot.contributing).toBeNull();
  });

  it('taken back closes the channel at once, and nothing that was on its way is handed on', async () => {
    const { detail, students } = await classroom.liveClass();
    const signal = await contributing(students[0]!);
    signal.send(datagram(1));
    await expect.poll(() => classroom.signals.accepted.length).toBe(1);
    await students[0]!.ask('set-permission', decline);
    expect(classroom.signals.forgotten).toEqual([[detail.classId, students[0]!.seat.seatId]]);
    if (signal.channel.isOpen()) signal.send(datagram(2));
    await expect.poll(() => signal.peer.peer.state()).not.toBe('connected');
    expect(classroom.signals.accepted).toHaveLength(1);
    const { transportId } = signal.peer.transport;
    expect(await students[0]!.refusal('restart-ice', { transportId })).toBe('media-gone');
  });
});

describe('the permission for reminders', () => {
  const remind = { permission: 'remind', wording: 'remind-1', language: 'en' } as const;

  it('stands beside the other one: recorded, given and taken back by itself, and opens no channel', async () => {
    const { detail, students } = await classroom.liveClass();
    const student = students[0]!;
    expect(student.snapshot).toMatchObject({ remindersOffered: true, reminding: null });
    await student.ask('set-permission', { ...remind, granted: true });
    expect(await student.refusal('open-transport', signalTransport)).toBe('permission-missing');
    expect((await classroom.connect(student.seat)).snapshot).toMatchObject({ contributing: null, reminding: true });
    const contributor = await classroom.connect(student.seat);
    const signal = await contributing(contributor);
    await contributor.ask('set-permission', { ...remind, granted: false });
    expect(classroom.signals.forgotten).toEqual([]);
    signal.send(datagram(1));
    await expect.poll(() => classroom.signals.accepted.length).toBe(1);
    expect((await classroom.connect(student.seat)).snapshot).toMatchObject({ contributing: true, reminding: false });
    const rows = await classroom.database.query(
      'select permission, granted from permission_record where class_id = $1 order by record_id',
      [detail.classId],
    );
    expect(rows).toEqual([
      { permission: 'remind', granted: true },
      { permission: 'contribute', granted: true },
      { permission: 'remind', granted: false },
    ]);
  });

  it('is there after a restart, and goes unasked into no other class', async () => {
    const { detail } = await classroom.liveClass();
    const seat = await classroom.accountSeat(detail, 'Remi');
    await (await classroom.connect(seat)).ask('set-permission', { ...remind, granted: true });
    await classroom.stopServing();
    await classroom.startServing();
    expect((await classroom.connect(seat)).snapshot.reminding).toBe(true);
    const next = await classroom.plan({ course: detail.courseId });
    expect((await classroom.connect(await classroom.accountSeat(next, 'Remi'))).snapshot.reminding).toBeNull();
  });

  it('needs no class that contributes, but one in which anything may be measured', async () => {
    const { instructor, students } = await classroom.liveClass();
    const rules = classroom.institution.current();
    const { responsibleBody, contact, jurisdiction } = rules;
    const adopt = async (signalMode: 'device' | 'cohort') => {
      const change = { responsibleBody, contact, jurisdiction, signalMode };
      classroom.institution.adopt(await classroom.institution.write(change, new Date(), classroom.database));
    };
    await adopt('device');
    try {
      const student = await classroom.connect(students[0]!.seat);
      expect(student.snapshot).toMatchObject({ signalOffered: false, remindersOffered: true });
      expect(await student.refusal('set-permission', grant)).toBe('signal-off');
      expect(await student.refusal('set-permission', { ...remind, granted: true })).toBeNull();
      await instructor.ask('switch-signal', { enabled: false });
      await student.saw('class-changed', ({ remindersOffered }) => !remindersOffered);
      expect(await student.refusal('set-permission', { ...remind, granted: true })).toBe('signal-off');
      expect(await student.refusal('set-permission', { ...remind, granted: false })).toBeNull();
    } finally {
      await adopt('cohort');
    }
  });
});

describe('answers that overtake one another', () => {
  /** Holds back the next statement that matches, and says when it has come. */
  function hold(sql: RegExp): { came: Promise<undefined>; release: () => void } {
    const [came, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const { database } = classroom;
    let held = false;
    const holding =
      (query: Database['query']): Database['query'] =>
      async (statement, values) => {
        if (!held && sql.test(statement)) {
          held = true;
          came.resolve(undefined);
          await released.promise;
        }
        return query(statement, values);
      };
    database.query = holding(database.query.bind(database));
    const transaction = database.transaction.bind(database);
    database.transaction = (work) =>
      transaction((inner) => work({ ...inner, query: holding(inner.query.bind(inner)) }));
    return {
      came: came.promise,
      release: () => {
        released.resolve(undefined);
      },
    };
  }
  const granted = (seatId: string) =>
    classroom.database.query<{ granted: boolean }>(
      'select granted from permission_record where seat_id = $1 order by record_id',
      [seatId],
    );

  it('count in the order in which they were given: a slow Yes does not stand over a later No', async () => {
    const { students } = await classroom.liveClass();
    const student = students[0]!;
    const slow = hold(/insert into permission_record/);
    const yes = student.ask('set-permission', grant);
    await slow.came;
    const no = student.ask('set-permission', decline);
    await student.ask('clock', {});
    slow.release();
    await Promise.all([yes, no]);
    expect(await granted(student.seat.seatId)).toEqual([{ granted: true }, { granted: false }]);
    expect(await student.refusal('open-transport', signalTransport)).toBe('permission-missing');
    expect((await classroom.connect(student.seat)).snapshot.contributing).toBe(false);
  });

  it('are not overwritten by what a page that comes meanwhile has read', async () => {
    const { students } = await classroom.liveClass();
    const student = students[0]!;
    await student.ask('set-permission', grant);
    await student.ask('leave', {});
    await student.gone();
    const again = await classroom.connect(student.seat);
    expect(again.snapshot.contributing).toBe(true);
    const slow = hold(/from permission_record where seat_id = any/);
    const other = classroom.knock(student.seat);
    await slow.came;
    const no = again.ask('set-permission', decline);
    await again.ask('clock', {});
    slow.release();
    await no.catch(() => undefined);
    await other.saw('snapshot');
    expect(other.snapshot.contributing).toBe(false);
    expect(await other.refusal('open-transport', signalTransport)).toBe('permission-missing');
    await expect.poll(() => granted(student.seat.seatId)).toEqual([{ granted: true }, { granted: false }]);
  });

  it('wait for one another: a page that comes while a Yes is being written has it', async () => {
    const { students } = await classroom.liveClass();
    const slow = hold(/insert into permission_record/);
    const yes = students[0]!.ask('set-permission', grant);
    await slow.came;
    const other = classroom.knock(students[0]!.seat);
    slow.release();
    await yes;
    await other.saw('snapshot');
    expect(other.snapshot.contributing).toBe(true);
  });
});

describe('datagrams', () => {
  it('reach the relay as they came, under a contributor id that is not the seat id', async () => {
    const { detail, students } = await classroom.liveClass(['A', 'B']);
    for (const student of students) (await contributing(student)).send(datagram(3));
    await expect.poll(() => classroom.signals.accepted.length).toBe(2);
    const ids = new Set(classroom.signals.accepted.map(({ contributorId }) => contributorId));
    expect(ids.size).toBe(2);
    for (const { classId, bytes, seatId } of classroom.signals.accepted) {
      expect([classId, bytes]).toEqual([detail.classId, datagram(3)]);
      expect(ids.has(seatId)).toBe(false);
    }
  });

  it('larger than the protocol allows do not reach the relay, and the ones after them do', async () => {
    const { students } = await classroom.liveClass();
    const signal = await contributing(students[0]!);
    signal.send(new Uint8Array(4_000));
    signal.send(datagram(4));
    await expect.poll(() => classroom.signals.accepted.length).toBe(1);
    expect(classroom.signals.accepted[0]?.bytes).toEqual(datagram(4));
  });

  it('in a flood cut their channel', async () => {
    const { students } = await classroom.liveClass();
    const signal = await contributing(students[0]!);
    for (let sent = 0; sent < 2_000 && signal.channel.isOpen(); sent += 1) signal.send(datagram(sent));
    await expect.poll(() => signal.channel.isOpen()).toBe(false);
    expect(classroom.signals.accepted.length).toBeLessThan(2_000);
    expect(classroom.logLines.length).toBe(0);
  });

  it('acknowledgements go to the seat they are for, and to nobody else', async () => {
    const { detail, students } = await classroom.liveClass(['A', 'B']);
    classroom.signals.emit('acknowledged', detail.classId, students[0]!.seat.seatId, [1, 2], [0]);
    expect(await students[0]!.saw('signal-acknowledged')).toMatchObject({ stored: [1, 2], notCounted: [0] });
    await students[1]!.ask('clock', {});
    expect(students[1]!.count('signal-acknowledged')).toBe(0);
  });
});

describe('the pacing view', () => {
  it('goes to staff alone', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const assistant = await classroom.connect(await classroom.staffSeat(detail, 'assistant', 'Ben'));
    expect(assistant.snapshot.pacing).toEqual(EMPTY_PACING);
    classroom.signals.emit('pacing', detail.classId, { ...EMPTY_PACING, state: 'some', lastMs: 5_000 });
    for (const page of [instructor, assistant]) await page.saw('pacing', ({ pacing }) => pacing.lastMs === 5_000);
    await students[0]!.ask('clock', {});
    expect(students[0]!.count('pacing')).toBe(0);
  });

  it('asks the relay to follow with the class clock and the students present', async () => {
    const { detail } = await classroom.liveClass(['A', 'B', 'C']);
    const options = classroom.signals.followed.get(detail.classId);
    expect(options).toMatchObject({ resumed: false, minimumCohort: 10 });
    expect(options?.present()).toBe(3);
    expect(options?.clock()).toBeGreaterThan(0);
  });

  it('is off when the instructor switches the signal off: channels close, and it can be switched on again', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const signal = await contributing(students[0]!);
    await instructor.ask('switch-signal', { enabled: false });
    await students[0]!.saw('class-changed', ({ signalOffered }) => !signalOffered);
    await instructor.saw('pacing', ({ pacing }) => pacing.state === 'off' && pacing.current === null);
    await expect.poll(() => signal.peer.peer.state()).not.toBe('connected');
    expect(classroom.signals.forgotten).toEqual([[detail.classId, null]]);
    expect(await students[0]!.refusal('set-permission', grant)).toBe('signal-off');
    expect(await students[0]!.refusal('set-permission', decline)).toBeNull();
    classroom.signals.emit('pacing', detail.classId, { ...EMPTY_PACING, lastMs: 10_000 });
    await instructor.saw('pacing', ({ pacing }) => pacing.lastMs === 10_000 && pacing.state === 'off');
    await instructor.ask('switch-signal', { enabled: true });
    await instructor.saw(
      'lanes',
      ({ events }) => events.map(({ kind }) => kind).join() === 'started,signal-off,signal-on',
    );
  });

  it('is off in a class whose signal was never on, without asking the relay', async () => {
    const detail = await classroom.plan({ signalEnabled: false });
    const instructor = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
    expect(instructor.snapshot.pacing).toBeNull();
    await instructor.ask('start-class', {});
    await instructor.saw('pacing', ({ pacing }) => pacing.state === 'off');
    await instructor.saw('lanes', ({ events }) => events.map(({ kind }) => kind).join() === 'started');
    expect(instructor.count('pacing')).toBe(1);
    const again = await classroom.connect(instructor.seat);
    expect(again.snapshot).toMatchObject({ signalOffered: false, pacing: { state: 'off' } });
    expect(classroom.signals.followed.has(detail.classId)).toBe(false);
    await again.ask('switch-signal', { enabled: true });
    expect(classroom.signals.followed.get(detail.classId)?.resumed).toBe(false);
  });

  it('goes on after a restart of the server where it was on, and begins where it is switched on only later', async () => {
    const { detail, instructor } = await classroom.liveClass();
    await classroom.stopServing();
    await classroom.startServing();
    expect(classroom.signals.followed.get(detail.classId)?.resumed).toBe(true);
    await (await classroom.connect(instructor.seat)).ask('switch-signal', { enabled: false });
    classroom.signals.followed.clear();
    await classroom.stopServing();
    await classroom.startServing();
    expect(classroom.signals.followed.has(detail.classId)).toBe(false);
    await (await classroom.connect(instructor.seat)).ask('switch-signal', { enabled: true });
    expect(classroom.signals.followed.get(detail.classId)?.resumed).toBe(false);
  });
});
