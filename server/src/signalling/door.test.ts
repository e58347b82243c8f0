import type { Seat } from '@lectern/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';
import { TestMicrophone } from './test-peer.ts';

const AT_ONCE = 4;

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open({ limits: { admissionsAtOnce: AT_ONCE, admissionHoldMs: 60_000 } });
});
afterAll(() => classroom.close());

/** What a page does once it is in: it opens its receiving link, and here there is nothing to receive. */
async function openMedia(page: TestPage): Promise<void> {
  const { transportId } = await page.ask('open-transport', { purpose: 'receive' });
  await page.ask('receive', { transportId, rtpCapabilities: page.snapshot.rtpCapabilities });
}

/** The last place that a page was told. */
function placeOf(page: TestPage): number | null {
  const last = page.log.findLast(({ type }) => type === 'waiting');
  return last?.type === 'waiting' ? last.place : null;
}

const isIn = (page: TestPage) => page.log.some(({ type }) => type === 'snapshot');

/** A live class whose door is held shut by four people who do not open their media. */
async function fullDoor(): Promise<{
  seatOf: (name: string) => Promise<Seat>;
  open: () => Promise<void>;
  staff: () => Promise<Seat>;
}> {
  const detail = await classroom.plan();
  const instructor = await classroom.connect(await classroom.staffSeat(detail, 'instructor', `Ada ${detail.classId}`));
  await instructor.ask('start-class', {});
  await openMedia(instructor);
  const holders: TestPage[] = [];
  for (let holder = 0; holder < AT_ONCE; holder += 1) {
    holders.push(await classroom.connect(await classroom.guestSeat(detail, `Holder ${holder}`)));
  }
  return {
    seatOf: (name) => classroom.guestSeat(detail, name),
    staff: () => classroom.staffSeat(detail, 'assistant', `Bo ${detail.classId}`),
    open: async () => {
      await Promise.all(holders.map(openMedia));
    },
  };
}

it('brings everybody in of 150 who come at once through four slots, staff first', { timeout: 60_000 }, async () => {
  const { seatOf, staff, open } = await fullDoor();
  const seats = await Promise.all(Array.from({ length: 150 }, (_, index) => seatOf(`Student ${index}`)));
  const order: TestPage[] = [];
  const come = (seat: Seat) => {
    const page = classroom.knock(seat);
    void page.saw('snapshot').then(async () => {
      order.push(page);
      await openMedia(page);
    });
    return page;
  };
  const pages = seats.map(come);
  await expect.poll(() => pages.every((page) => placeOf(page) !== null), { timeout: 10_000 }).toBe(true);
  const teacher = come(await staff());
  await expect.poll(() => placeOf(teacher)).toBe(1);
  // Behind the teacher each has a place of its own.
  const placesNow = () => pages.map((page) => placeOf(page) ?? 0).sort((a, b) => a - b);
  await expect.poll(placesNow, { timeout: 5_000 }).toEqual(pages.map((_, index) => index + 2));
  const places = new Map(pages.map((page) => [page, placeOf(page) ?? 0]));
  await open();
  await expect.poll(() => order.length, { timeout: 30_000 }).toBe(151);
  expect(order.indexOf(teacher)).toBeLessThan(AT_ONCE);
  // Four at a time: nobody overtakes more than those who are on their way in with them.
  for (const [index, page] of order.filter((page) => page !== teacher).entries()) {
    expect(Math.abs((places.get(page) ?? 0) - 2 - index)).toBeLessThanOrEqual(AT_ONCE);
  }
});

it('brings up the links of those inside four at a time too when the stage lights up', async () => {
  const detail = await classroom.plan();
  const instructor = await classroom.connect(await classroom.staffSeat(detail, 'instructor', `Ada ${detail.classId}`));
  await instructor.ask('open-class', {});
  const students: TestPage[] = [];
  for (let index = 0; index < AT_ONCE + 2; index += 1) {
    const page = await classroom.connect(await classroom.guestSeat(detail, `Early ${index}`));
    await openMedia(page);
    students.push(page);
  }
  await instructor.ask('start-class', {});
  await TestMicrophone.open(instructor);
  const offered = () => students.filter((page) => page.count('consumers-opened') > 0);
  await expect.poll(() => offered().length).toBe(AT_ONCE);
  // Whoever comes now is behind them.
  const late = classroom.knock(await classroom.guestSeat(detail, 'Late'));
  await late.saw('waiting', ({ place }) => place === 3);
  for (const [index, page] of offered().entries()) {
    page.close();
    await expect.poll(() => offered().length).toBe(Math.min(AT_ONCE + 1 + index, students.length));
  }
  await late.saw('snapshot');
  expect(students.some((page) => page.count('waiting') > 0)).toBe(false);
  // Nobody here brings up a link.
  for (const page of [...students, late]) page.close();
});

it('keeps a place over a lost connection, and improves it by neither connecting anew nor a second page', async () => {
  const { seatOf, open } = await fullDoor();
  const [first, pushy, last] = await Promise.all([seatOf('First'), seatOf('Pushy'), seatOf('Last')]);
  const ahead = classroom.knock(first);
  await ahead.saw('waiting');
  let page = classroom.knock(pushy);
  await page.saw('waiting');
  const behind = classroom.knock(last);
  await behind.saw('waiting');
  page.close();
  await expect.poll(() => placeOf(behind)).toBe(2);
  page = classroom.knock(pushy);
  await expect.poll(() => [placeOf(ahead), placeOf(page), placeOf(behind)]).toEqual([1, 2, 3]);
  const second = classroom.knock(pushy);
  await page.saw('goodbye', ({ reason }) => reason === 'taken-over');
  await expect.poll(() => [placeOf(ahead), placeOf(second), placeOf(behind)]).toEqual([1, 2, 3]);
  expect([ahead, second, behind].some(isIn)).toBe(false);
  await open();
  await Promise.all([ahead, second, behind].map((each) => each.saw('snapshot')));
  await Promise.all([ahead, second, behind].map(openMedia));
});

it('keeps the place in a class that is full over a lost connection too, as long as the one in the queue', async () => {
  const full = await TestClassroom.open({
    limits: { admissionsAtOnce: 1, admissionHoldMs: 60_000, studentsPerClass: 2 },
  });
  try {
    const { detail, instructor } = await full.liveClass([]);
    await openMedia(instructor);
    const seats = await Promise.all(['Holder', 'Sam', 'New'].map((name) => full.guestSeat(detail, name)));
    const [holder, sam, newcomer] = seats as [Seat, Seat, Seat];
    await full.connect(holder);
    const waiting = full.knock(sam);
    await waiting.saw('waiting', ({ place }) => place === 1);
    waiting.close();
    await expect.poll(() => full.live.summary()[0]?.waiting).toBe(0);
    const refused = full.knock(newcomer);
    await expect.poll(() => refused.refused).toMatchObject({ code: 'class-full' });
    const back = full.knock(sam);
    await back.saw('waiting', ({ place }) => place === 1);
  } finally {
    await full.close();
  }
});

it('lets whoever was inside come back before those who are new, and keeps hand and place while they wait', async () => {
  const { seatOf, open } = await fullDoor();
  await open();
  const page = await classroom.connect(await seatOf('Sam'));
  await page.ask('raise-hand', {});
  await openMedia(page);
  const others: TestPage[] = [];
  for (let holder = 0; holder < AT_ONCE; holder += 1)
    others.push(await classroom.connect(await seatOf(`New ${holder}`)));
  const waiting = classroom.knock(await seatOf('Waiting'));
  await waiting.saw('waiting');
  page.close();
  await page.gone();
  const back = classroom.knock(page.seat);
  await back.saw('waiting', ({ place }) => place === 1);
  await expect.poll(() => placeOf(waiting)).toBe(2);
  await openMedia(others[0] ?? page);
  const { snapshot } = await back.saw('snapshot');
  expect(snapshot.hands.myPlace).toBe(1);
  expect(isIn(waiting)).toBe(false);
  await Promise.all(others.slice(1).map(openMedia));
  await openMedia(back);
  await waiting.saw('snapshot');
  await openMedia(waiting);
});

it('lets in whoever waits once somebody leaves who was on the way in', async () => {
  const { seatOf, open } = await fullDoor();
  await open();
  const others: TestPage[] = [];
  for (let holder = 0; holder < AT_ONCE; holder += 1)
    others.push(await classroom.connect(await seatOf(`New ${holder}`)));
  const waiting = classroom.knock(await seatOf('Waiting'));
  await waiting.saw('waiting');
  others[0]?.close();
  await waiting.saw('snapshot');
  await Promise.all([...others.slice(1), waiting].map(openMedia));
});

it('opens no link of the signal while others come in, then those that are still permitted', async () => {
  const { seatOf, open } = await fullDoor();
  await open();
  const pages: TestPage[] = [];
  for (const name of ['Takes it back', 'Stays']) {
    const page = await classroom.connect(await seatOf(name));
    await openMedia(page);
    await page.answerContribution();
    pages.push(page);
  }
  const comingIn = await classroom.connect(await seatOf('Comes in'));
  const [takesBack, stays] = pages.map((page) => page.raw({ type: 'open-transport', body: { purpose: 'signal' } }));
  const answered = Promise.race([stays, takesBack]).then(() => 'answered');
  // Taken back over the same connection, and so after the question.
  await pages[0]?.answerContribution(false);
  expect(await Promise.race([answered, comingIn.ask('clock', {}).then(() => 'waits')])).toBe('waits');
  await openMedia(comingIn);
  expect(await stays).toMatchObject({ ok: true, result: { sctpParameters: expect.anything() as unknown } });
  expect(await takesBack).toMatchObject({ ok: false, error: { code: 'permission-missing' } });
});
