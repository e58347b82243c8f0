import { LecternError } from '@lectern/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EMPTY_PACING, TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';
import { TestRawPage } from './test-raw-page.ts';

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());
afterEach(() => {
  vi.restoreAllMocks();
  classroom.logLines.length = 0;
});

/** A page that is connected and waits for its snapshot, as while the database stalls; `seat` lets it go on. */
async function waitingForSeat(): Promise<{ page: TestPage; seat: () => void }> {
  const { instructor } = await classroom.liveClass();
  const stall = Promise.withResolvers<undefined>();
  vi.spyOn(classroom.signals, 'pacing').mockImplementation(async () => {
    await stall.promise;
    return EMPTY_PACING;
  });
  const page = classroom.knock(instructor.seat);
  await new Promise((resolve) => page.socket.once('connect', () => resolve(undefined)));
  return {
    page,
    seat: () => {
      stall.resolve(undefined);
    },
  };
}

/** The first line of the log that says so. */
const logged = (what: string) =>
  JSON.parse(classroom.logLines.find((line) => line.includes(what)) ?? 'null') as unknown;
const who = ({ seat: { classId, seatId } }: TestPage) => ({ classId, seatId });

describe('before its seat is taken', () => {
  it('a page may ask, and is answered after its snapshot', async () => {
    const { page, seat } = await waitingForSeat();
    const asked = page.ask('clock', {});
    expect(page.log).toEqual([]);
    seat();
    expect((await asked).classClockMs).toBeGreaterThan(0);
    expect(page.log[0]?.type).toBe('snapshot');
  });

  it('a page may ask 80 things that wait for the snapshot, however slowly it asks', async () => {
    const { page, seat } = await waitingForSeat();
    for (let asked = 0; asked < 80; asked += 1) page.socket.emit('message', { type: 'clock', body: {} });
    // The rate of its messages alone would have it wait for 50 ms at most.
    const refused = { ok: false, error: { code: 'too-many', retryAfterMs: 1_000 } };
    await expect.poll(() => page.raw({ type: 'clock', body: {} })).toMatchObject(refused);
    seat();
    await page.saw('snapshot');
    await expect.poll(() => page.refusal('clock', {})).toBeNull();
  });

  it('a page may say 8 KiB that wait for the snapshot, in however few messages', async () => {
    const { page, seat } = await waitingForSeat();
    const early = (kib: number) => ({ type: 'clock', body: { filling: 'A'.repeat(kib * 1024) } });
    page.socket.emit('message', early(7));
    const refused = { ok: false, error: { code: 'too-many', retryAfterMs: 1_000 } };
    await expect.poll(() => page.raw(early(2))).toMatchObject(refused);
    seat();
    await page.saw('snapshot');
    expect(await page.refusal('clock', {})).toBeNull();
  });

  it('what is too much is refused at once, and who floods is put out', async () => {
    const { page, seat } = await waitingForSeat();
    const refused = await Promise.race(
      Array.from({ length: 81 }, async () =>
        page.refusal('clock', {}).catch(() => new Promise<never>(() => undefined)),
      ),
    );
    expect(refused).toBe('too-many');
    for (let sent = 0; sent < 400; sent += 1) page.socket.emit('message', { type: 'clock', body: {} });
    await page.gone();
    expect(page.log).toEqual([]);
    expect(logged('flooded')).toMatchObject(who(page));
    seat();
  });
});

describe('the bytes of a connection', () => {
  it('are bounded: a few very large messages end it, however few they are', async () => {
    const { students } = await classroom.liveClass(['Liar', 'Other']);
    const [liar, other] = students as [TestPage, TestPage];
    const large = { type: 'clock', body: { filling: 'A'.repeat(60_000) } };
    for (let sent = 0; sent < 40; sent += 1) liar.socket.emit('message', large);
    await liar.gone();
    expect(logged('far more than pages do')).toMatchObject(who(liar));
    await other.ask('clock', {});
  });
});

describe('frames that no page sends', () => {
  it.each([
    ['pings', 9],
    ['pongs', 10],
  ])('count like messages: who floods with %s is put out', async (_kind, opcode) => {
    const { detail } = await classroom.liveClass([]);
    const page = new TestRawPage(classroom.url, await classroom.guestSeat(detail, 'Liar'));
    await expect.poll(() => page.messages().some(({ type }) => type === 'snapshot')).toBe(true);
    for (let sent = 0; sent < 500; sent += 1) page.write('', opcode);
    await expect.poll(() => classroom.logLines.join(''), { timeout: 5_000 }).toContain('flooded');
    page.close();
  });
});

describe('the door', () => {
  it('closes a connection that asks for more than one seat, and asks the database once for it', async () => {
    const detail = await classroom.plan();
    const asked = vi.spyOn(classroom.seats, 'authenticateSeat');
    const page = classroom.knock(await classroom.guestSeat(detail, 'Many'));
    const { engine } = page.socket.io;
    const closed = new Promise((resolve) => {
      engine.once('close', resolve);
    });
    engine.once('open', () => {
      for (let more = 0; more < 50; more += 1) engine.write(`0${JSON.stringify(page.socket.auth)}`);
    });
    await closed;
    expect(asked).toHaveBeenCalledTimes(1);
    expect(classroom.logLines.join('')).toContain('more than one seat');
  });

  it('looks at 400 handshakes at once, and at the others in their turn', async () => {
    const detail = await classroom.plan();
    const seat = await classroom.guestSeat(detail, 'Crowd');
    const stall = Promise.withResolvers<never>();
    const asked = vi.spyOn(classroom.seats, 'authenticateSeat').mockReturnValue(stall.promise);
    const crowd = Array.from({ length: 420 }, () => classroom.knock(seat));
    await expect.poll(() => asked.mock.calls.length).toBe(400);
    stall.reject(new LecternError('seat-wrong'));
    await expect.poll(() => crowd.every(({ refused }) => refused !== null)).toBe(true);
    expect(asked).toHaveBeenCalledTimes(420);
    asked.mockRestore();
    await classroom.connect(seat);
  });
});
