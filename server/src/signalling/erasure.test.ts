import { accountIdSchema, fromChatLines, writerOf } from '@lectern/contracts';
import type { AccountId, ClassDetail, Seat } from '@lectern/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eraseAccount } from '../identity/account-records.ts';
import { TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());
afterEach(() => {
  expect(classroom.logLines).toEqual([]);
});

async function accountOf({ seatId }: Seat): Promise<AccountId> {
  const [row] = await classroom.database.query('select account_id from seat where seat_id = $1', [seatId]);
  return accountIdSchema.parse(row?.['account_id']);
}

/** Erases the account of a seat, as the route does. */
async function erase(seat: Seat): Promise<void> {
  const accountId = await accountOf(seat);
  await classroom.live.accountErased(await eraseAccount(classroom.database, accountId, accountId, new Date()));
}

async function classWithAccount(name: string): Promise<{ detail: ClassDetail; instructor: TestPage; page: TestPage }> {
  const { detail, instructor } = await classroom.liveClass([]);
  return { detail, instructor, page: await classroom.connect(await classroom.accountSeat(detail, name)) };
}

describe('an account that is erased while it sits in somebody else’s live class', () => {
  it('leaves with a word, and stands neither in the roster nor on the stage nor among the hands', async () => {
    const { detail, instructor, page } = await classWithAccount('Stager');
    const hand = await classroom.connect(await classroom.accountSeat(detail, 'Hand'));
    await instructor.ask('invite-to-stage', { seatId: page.seat.seatId });
    await page.saw('invited');
    await page.ask('answer-invitation', { accept: true });
    await hand.ask('raise-hand', {});
    for (const gone of [page, hand]) {
      await erase(gone.seat);
      expect(await gone.saw('goodbye')).toMatchObject({ reason: 'erased' });
      await gone.gone();
    }
    await instructor.saw('stage-changed', ({ stage }) => stage.length === 0);
    await instructor.saw('hands-changed', ({ count }) => count === 0);
    expect((await instructor.ask('page-roster', {})).entries.map(({ seatId }) => seatId)).toEqual([
      instructor.seat.seatId,
    ]);
    const again = classroom.knock(page.seat);
    await expect.poll(() => again.refused).toMatchObject({ code: 'seat-wrong' });
  });

  it('takes its messages along: from the pages, from later snapshots, and those that are no longer in memory', async () => {
    const { detail, instructor, page } = await classWithAccount('Writer');
    const old = 1;
    await classroom.database.query(
      `insert into chat_message (class_id, message_id, seat_id, text, sent_at)
       select $1, n, case when n = $3 then $2::uuid else $4::uuid end, 'message ' || n, now()
       from generate_series(1, 210) n`,
      [detail.classId, page.seat.seatId, old, instructor.seat.seatId],
    );
    await classroom.stopServing();
    await classroom.startServing();
    const [writer, reader] = [await classroom.connect(page.seat), await classroom.connect(instructor.seat)];
    const { messageId } = await writer.ask('send-chat', { text: 'to be forgotten' });
    await reader.saw('chat', ({ lines }) => lines.length > 0);
    await erase(page.seat);
    const { deleted } = await reader.saw('chat', (message) => message.deleted !== undefined);
    expect(deleted).toEqual([old, messageId]);
    const again = await classroom.connect(instructor.seat);
    const messages = fromChatLines(again.snapshot.chat);
    expect(messages).toHaveLength(50);
    expect(messages.every(({ writer }) => writer === writerOf(instructor.seat.seatId))).toBe(true);
  });

  it('is not seated by a handshake that was under way', async () => {
    const { detail, instructor, page } = await classWithAccount('Late');
    await instructor.saw('counts-changed', ({ counts }) => counts.students === 1);
    const seen = instructor.log.length;
    page.close();
    await instructor.saw('counts-changed', ({ counts }) => counts.students === 0, seen);
    const authenticate = classroom.seats.authenticateSeat.bind(classroom.seats);
    const underWay = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    classroom.seats.authenticateSeat = async (...handshake) => {
      const seat = await authenticate(...handshake);
      underWay.resolve(undefined);
      await goOn.promise;
      return seat;
    };
    const late = classroom.knock(page.seat);
    await underWay.promise;
    classroom.seats.authenticateSeat = authenticate;
    await erase(page.seat);
    goOn.resolve(undefined);
    expect(await late.saw('goodbye')).toMatchObject({ reason: 'erased' });
    expect((await instructor.ask('page-roster', {})).total).toBe(1);
    expect(classroom.signals.forgotten).toContainEqual([detail.classId, page.seat.seatId]);
  });

  it('takes the course that nobody else teaches along, and those who wait in its open class', async () => {
    const detail = await classroom.plan();
    const teacher = await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Sole'));
    await teacher.ask('open-class', {});
    const waiting = await classroom.connect(await classroom.guestSeat(detail, 'Waiting'));
    await erase(teacher.seat);
    for (const page of [teacher, waiting]) expect(await page.saw('goodbye')).toMatchObject({ reason: 'erased' });
    expect(classroom.live.summary().map(({ classId }) => classId)).not.toContain(detail.classId);
  });

  it('is not named as an instructor any more', async () => {
    const { detail, instructor } = await classroom.liveClass([]);
    const second = await classroom.staffSeat(detail, 'instructor', 'Second');
    await classroom.live.refresh(detail.classId);
    expect((await classroom.connect(instructor.seat)).snapshot.card.instructors).toContain('Second');
    await erase(second);
    expect((await classroom.connect(instructor.seat)).snapshot.card.instructors).not.toContain('Second');
  });
});
