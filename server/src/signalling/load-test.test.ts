import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadTests } from '../courses/load-tests.ts';
import { TestClassroom } from './test-classroom.ts';

describe('the class of a load test', () => {
  let classroom: TestClassroom;
  let loadTests: LoadTests;

  beforeAll(async () => {
    classroom = await TestClassroom.open();
    loadTests = new LoadTests({
      database: classroom.database,
      now: () => new Date(),
      logger: pino({ level: 'silent' }),
      requireStarts: () => undefined,
      news: { loadTestEnds: (classId) => classroom.live.end(classId), figuresToErase: () => Promise.resolve() },
    });
  }, 60_000);
  afterAll(() => classroom.close());

  it('runs like any other, marked as synthetic to everybody, and goes with everybody in it', async () => {
    const made = await loadTests.create({ participants: 2, minutes: 5 });
    const instructor = await classroom.connect(made.instructor);
    await instructor.ask('start-class', {});
    const detail = await classroom.classes.classById(made.classId);
    const students = [];
    for (const name of ['Student 1', 'Student 2']) {
      students.push(await classroom.connect(await classroom.guestSeat(detail, name)));
    }
    await students[0]!.ask('send-chat', { text: 'Hello' });
    await students[1]!.ask('raise-hand', {});
    expect((await students[0]!.saw('snapshot')).snapshot.card).toMatchObject({ synthetic: true, status: 'live' });
    await students[0]!.ask('quality', { rttMs: 20, lossShare: 0.05 });
    await students[1]!.ask('quality', { rttMs: 20, lossShare: null });
    expect(classroom.live.summary()).toMatchObject([
      {
        ...{ synthetic: true, present: 3, students: 2, waiting: 0 },
        ...{ links: { good: 1, fair: 1, poor: 0, unknown: 1 }, loss: { reports: 1, shares: 0.05 } },
      },
    ]);
    expect(classroom.signals.followed.has(made.classId)).toBe(true);

    await loadTests.remove(made.classId);
    for (const page of [instructor, ...students]) {
      expect(await page.saw('goodbye')).toMatchObject({ reason: 'class-ended' });
    }
    expect(classroom.live.summary()).toEqual([]);
    expect(classroom.signals.followed.has(made.classId)).toBe(false);
    for (const table of ['class', 'seat', 'chat_message', 'participation_minute', 'class_event', 'raised_hand']) {
      expect(await classroom.database.query(`select 1 from ${table}`), table).toEqual([]);
    }
    expect(await classroom.database.query('select 1 from course')).toEqual([]);
    expect(classroom.logLines).toEqual([]);
  });

  it('is expected to be as large as it was made for', async () => {
    const { classId, instructor } = await loadTests.create({ participants: 300, minutes: 5 });
    expect((await classroom.connect(instructor)).snapshot.audioPtimeMs).toBe(60);
    await loadTests.remove(classId);
  });

  it('goes also before it has begun, with those who wait in it', async () => {
    const made = await loadTests.create({ participants: 2, minutes: 5 });
    const instructor = await classroom.connect(made.instructor);
    await loadTests.remove(made.classId);
    expect(await instructor.saw('goodbye')).toMatchObject({ reason: 'class-cancelled' });
    expect(classroom.live.summary()).toEqual([]);
  });
});
