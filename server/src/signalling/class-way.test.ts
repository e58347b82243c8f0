import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../classroom/clock.ts';
import { TestClassroom } from './test-classroom.ts';

const BETWEEN_CLICKS_MS = 60_000;

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());
afterEach(() => {
  vi.restoreAllMocks();
});

/** The next write of a status comes to disk, and its answer does not come: what a timeout of the database looks like. */
function loseTheAnswerOfTheNextStatus(then: () => void = () => undefined): void {
  const write = classroom.classes.setClassStatus.bind(classroom.classes);
  vi.spyOn(classroom.classes, 'setClassStatus').mockImplementationOnce(async (...status) => {
    await write(...status);
    then();
    throw new Error('Query read timeout');
  });
}

/** The same of a switch. */
function loseTheAnswerOfTheNext(method: 'setLocked' | 'setSignalEnabled'): void {
  const write = classroom.classes[method].bind(classroom.classes);
  vi.spyOn(classroom.classes, method).mockImplementationOnce(async (...switched) => {
    await write(...switched);
    throw new Error('Query read timeout');
  });
}

/** The next status as above, and the row cannot be read either. */
function loseTheDatabaseAtTheNextStatus(): void {
  loseTheAnswerOfTheNextStatus(() => {
    vi.spyOn(classroom.classes, 'classState').mockRejectedValueOnce(new Error('Query read timeout'));
  });
}

async function openClass() {
  const detail = await classroom.plan();
  const instructor = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
  const student = await classroom.connect(await classroom.guestSeat(detail, 'Sam'));
  await instructor.ask('open-class', {});
  return { detail, instructor, student };
}

describe('a step of a class whose answer was lost', () => {
  it('is taken when it turns out to be on record', async () => {
    const { instructor, student } = await openClass();
    loseTheAnswerOfTheNextStatus();
    await instructor.ask('start-class', {});
    await student.saw('class-changed', ({ status }) => status === 'live');
    loseTheAnswerOfTheNextStatus();
    await instructor.ask('end-class', {});
    expect(await student.saw('goodbye')).toMatchObject({ reason: 'class-ended' });
  });

  it('is answered as unavailable while the record cannot be read, and the next try takes it: the start', async () => {
    const { detail, instructor, student } = await openClass();
    loseTheDatabaseAtTheNextStatus();
    expect(await instructor.refusal('start-class', {})).toBe('unavailable');
    const wallMs = systemClock.wallMs();
    vi.spyOn(systemClock, 'wallMs').mockImplementation(() => wallMs + BETWEEN_CLICKS_MS);
    const { startedAt } = await classroom.classes.classById(detail.classId);
    await instructor.ask('start-class', {});
    const { classClockMs } = await student.saw('class-changed', ({ status }) => status === 'live');
    // The class clock is the record's, not that of the second click.
    expect(classClockMs).toBeGreaterThanOrEqual(BETWEEN_CLICKS_MS);
    expect((await classroom.classes.classById(detail.classId)).startedAt).toBe(startedAt);
    await student.ask('raise-hand', {});
  });

  it('and the end, also of a class that everybody has left', async () => {
    const { detail, instructor, student } = await openClass();
    await instructor.ask('start-class', {});
    loseTheDatabaseAtTheNextStatus();
    expect(await instructor.refusal('end-class', {})).toBe('unavailable');
    await instructor.ask('end-class', {});
    expect(await student.saw('goodbye')).toMatchObject({ reason: 'class-ended' });
    await expect.poll(() => classroom.live.summary().map(({ classId }) => classId)).not.toContain(detail.classId);
  });

  it('is followed when the class is read again', async () => {
    const { detail, instructor, student } = await openClass();
    loseTheDatabaseAtTheNextStatus();
    expect(await instructor.refusal('start-class', {})).toBe('unavailable');
    await classroom.live.refresh(detail.classId);
    await student.saw('class-changed', ({ status }) => status === 'live');
  });

  it('is not taken for a step that did not come to disk', async () => {
    const { instructor, student } = await openClass();
    vi.spyOn(classroom.classes, 'setClassStatus').mockRejectedValueOnce(new Error('Query read timeout'));
    expect(await instructor.refusal('start-class', {})).toBe('unavailable');
    expect(await student.refusal('raise-hand', {})).toBe('class-not-live');
    await instructor.ask('start-class', {});
  });
});

describe('a switch whose answer was lost', () => {
  it('is taken when it turns out to be on record: the lock and the signal', async () => {
    const { instructor, students } = await classroom.liveClass();
    loseTheAnswerOfTheNext('setLocked');
    loseTheAnswerOfTheNext('setSignalEnabled');
    await instructor.ask('lock-class', { locked: true });
    await instructor.ask('switch-signal', { enabled: false });
    expect((await classroom.connect(students[0]!.seat)).snapshot).toMatchObject({ locked: true, signalOffered: false });
  });

  it('is here as it is on record, also where it is answered as unavailable', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    // Given up before, and on disk since.
    await classroom.classes.setLocked(detail.classId, true);
    vi.spyOn(classroom.classes, 'setSignalEnabled').mockRejectedValueOnce(new Error('Query read timeout'));
    expect(await instructor.refusal('switch-signal', { enabled: false })).toBe('unavailable');
    expect((await classroom.connect(students[0]!.seat)).snapshot).toMatchObject({ locked: true, signalOffered: true });
  });
});

describe('what the database does not take', () => {
  it('of the door and of the signal is answered as unavailable, and changes nothing', async () => {
    const { instructor, students } = await classroom.liveClass();
    vi.spyOn(classroom.classes, 'setLocked').mockRejectedValueOnce(new Error('Query read timeout'));
    vi.spyOn(classroom.classes, 'setSignalEnabled').mockRejectedValueOnce(new Error('Query read timeout'));
    expect(await instructor.refusal('lock-class', { locked: true })).toBe('unavailable');
    expect(await instructor.refusal('switch-signal', { enabled: false })).toBe('unavailable');
    expect((await classroom.connect(students[0]!.seat)).snapshot).toMatchObject({ locked: false, signalOffered: true });
  });

  it('of a removal does not keep the person in: out at once, and on record as soon as it can be', async () => {
    const { instructor, students } = await classroom.liveClass();
    const { seat } = students[0]!;
    const written = vi.spyOn(classroom.seats, 'removeSeat').mockRejectedValueOnce(new Error('Query read timeout'));
    await instructor.ask('remove', { seatId: seat.seatId });
    expect(await students[0]!.saw('goodbye')).toMatchObject({ reason: 'removed' });
    expect(await classroom.knock(seat).saw('goodbye')).toMatchObject({ reason: 'removed' });
    await expect.poll(() => written.mock.calls.length, { timeout: 15_000 }).toBeGreaterThan(1);
    const row = () => classroom.database.query('select removed_at from seat where seat_id = $1', [seat.seatId]);
    await expect.poll(async () => (await row())[0]?.['removed_at']).toBeInstanceOf(Date);
  });
});
