import { accountIdSchema } from '@lectern/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sessions } from '../identity/sessions.ts';
import { TestClassroom } from './test-classroom.ts';

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());

it('an account whose password was changed leaves the running class, and comes back with its sign-in alone', async () => {
  const { detail, instructor } = await classroom.liveClass(['Guest']);
  const page = await classroom.connect(await classroom.accountSeat(detail, 'Reset'));
  await page.ask('raise-hand', {});
  const [row] = await classroom.database.query('select account_id from seat where seat_id = $1', [page.seat.seatId]);
  const sessions = new Sessions(classroom.database, () => new Date());
  const shut = await sessions.closeAll(accountIdSchema.parse(row?.['account_id']), null);
  expect(shut).toEqual([{ classId: detail.classId, seatId: page.seat.seatId }]);
  await classroom.live.seatsShut(shut);

  expect(await page.saw('goodbye')).toMatchObject({ reason: 'taken-over' });
  await page.gone();
  await instructor.saw('hands-changed', ({ hands }) => hands.count === 0);
  const again = classroom.knock(page.seat);
  await expect.poll(() => again.refused).toMatchObject({ code: 'seat-wrong' });
  const back = await classroom.connect(await classroom.accountSeat(detail, 'Reset'));
  expect(back.seat.seatId).toBe(page.seat.seatId);
  expect((await instructor.ask('page-roster', {})).total).toBe(3);
});
