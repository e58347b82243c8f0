import { accountIdSchema } from '@lectern/contracts';
import type { AccountId, Seat } from '@lectern/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Courses } from '../courses/courses.ts';
import { Sessions } from '../identity/sessions.ts';
import { TestClassroom } from './test-classroom.ts';

let classroom: TestClassroom;
let sessions: Sessions;
beforeAll(async () => {
  classroom = await TestClassroom.open();
  sessions = new Sessions(classroom.database, () => new Date());
});
afterAll(() => classroom.close());

async function accountOf({ seatId }: Seat): Promise<AccountId> {
  const [row] = await classroom.database.query('select account_id from seat where seat_id = $1', [seatId]);
  return accountIdSchema.parse(row?.['account_id']);
}

it('an account whose password was changed leaves the running class, and comes back with its sign-in alone', async () => {
  const { detail, instructor } = await classroom.liveClass(['Guest']);
  const page = await classroom.connect(await classroom.accountSeat(detail, 'Reset'));
  await page.ask('raise-hand', {});
  const shut = await sessions.closeAll(await accountOf(page.seat), null);
  expect(shut).toEqual([{ classId: detail.classId, seatId: page.seat.seatId }]);
  await classroom.live.seatsShut(shut);

  expect(await page.saw('goodbye')).toMatchObject({ reason: 'signed-out' });
  await page.gone();
  await instructor.saw('hands-changed', ({ count }) => count === 0);
  const again = classroom.knock(page.seat);
  await expect.poll(() => again.refused).toMatchObject({ code: 'not-signed-in' });
  const back = await classroom.connect(await classroom.accountSeat(detail, 'Reset'));
  expect(back.seat.seatId).toBe(page.seat.seatId);
  expect((await instructor.ask('page-roster', {})).total).toBe(3);
});

it('signing out in one tab ends the class that runs in another, and nobody else’s', async () => {
  const { detail, instructor, students } = await classroom.liveClass(['Guest']);
  const accountId = await accountOf(instructor.seat);
  const session = await sessions.open(accountId);
  const account = { accountId, name: instructor.seat.name, session };
  const seat = await classroom.seats.takeSeat(detail.joinCode, {
    account,
    name: undefined,
    keep: undefined,
    at: new Date(),
  });
  const page = await classroom.connect(seat);
  await classroom.live.seatsShut(await sessions.close(session));

  expect(await page.saw('goodbye')).toMatchObject({ reason: 'signed-out' });
  await page.gone();
  const again = classroom.knock(seat);
  await expect.poll(() => again.refused).toMatchObject({ code: 'not-signed-in' });
  await students[0]?.saw('counts-changed', ({ counts }) => counts.present === 1);
  expect(students[0]?.count('goodbye')).toBe(0);
});

it('somebody who was removed from the course leaves the running class, and comes back as a student', async () => {
  const { detail, instructor } = await classroom.liveClass([]);
  const page = await classroom.connect(await classroom.staffSeat(detail, 'assistant', 'Wrong'));
  await page.ask('page-roster', {});
  const courses = new Courses(classroom.database, classroom.classes, 2_000, () => new Date());
  await classroom.live.seatsShut(
    await courses.removeMember(detail.courseId, await accountOf(page.seat), await accountOf(instructor.seat)),
  );
  expect(await page.saw('goodbye')).toMatchObject({ reason: 'signed-out' });
  await page.gone();

  const again = classroom.knock(page.seat);
  await expect.poll(() => again.refused).toMatchObject({ code: 'not-signed-in' });
  const back = await classroom.connect(await classroom.accountSeat(detail, 'Wrong'));
  expect(await back.saw('snapshot')).toMatchObject({ snapshot: { me: { role: 'student' } } });
  await expect(back.ask('page-roster', {})).rejects.toMatchObject({ code: 'not-allowed' });
});
