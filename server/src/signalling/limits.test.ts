import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { LecternError, seatIdSchema, SIGNALLING_PATH } from '@lectern/contracts';
import { afterEach, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { TestClassroom } from './test-classroom.ts';
import { microphoneParameters } from './test-peer.ts';

let classroom: TestClassroom;
afterEach(() => classroom.close());

it('opens no more connections than an address may have, and one more once one closes', async () => {
  classroom = await TestClassroom.open({ perAddress: { connections: 3 } });
  const detail = await classroom.plan();
  const seats = await Promise.all(['A', 'B', 'C', 'D'].map((name) => classroom.guestSeat(detail, name)));
  const pages = await Promise.all(seats.slice(0, 3).map((seat) => classroom.connect(seat)));
  const fourth = seats[3] ?? seats[0];
  if (!fourth) throw new Error('there is no fourth');
  const refused = classroom.knock(fourth);
  await expect.poll(() => refused.refused).not.toBeNull();
  pages[0]?.close();
  await pages[0]?.gone();
  await expect
    .poll(async () => {
      const page = classroom.knock(fourth);
      return Promise.race([
        page.saw('snapshot').then(() => true),
        new Promise<boolean>((resolve) => page.socket.once('connect_error', () => resolve(false))),
      ]);
    })
    .toBe(true);
});

const signalling = DEFAULT_LIMITS.signallingLimits;

it('ends a connection that does not say who it is in time', async () => {
  const handshakes = { ...signalling.handshakes, withinMs: 1_000 };
  classroom = await TestClassroom.open({ limits: { signalling: { ...signalling, handshakes } } });
  const silent = new WebSocket(`${classroom.url.replace('http', 'ws')}${SIGNALLING_PATH}/?EIO=4&transport=websocket`);
  await once(silent, 'open');
  await once(silent, 'close', { signal: AbortSignal.timeout(20_000) });
});

it('looks at as many handshakes at once as is set, lets as many wait, and asks the others to come again', async () => {
  const handshakes = { ...signalling.handshakes, atOnce: 2, waiting: 3 };
  classroom = await TestClassroom.open({ limits: { signalling: { ...signalling, handshakes } } });
  const seat = await classroom.guestSeat(await classroom.plan(), 'Crowd');
  const stall = Promise.withResolvers<never>();
  const asked = vi.spyOn(classroom.seats, 'authenticateSeat').mockReturnValue(stall.promise);
  const crowd = Array.from({ length: 9 }, () => classroom.knock(seat));
  const refusals = () => crowd.flatMap(({ refused }) => (refused === null ? [] : [refused]));
  const comeAgain = { code: 'unavailable', retryAfterMs: 1_000 };
  await expect.poll(refusals).toMatchObject(Array.from({ length: 4 }, () => comeAgain));
  expect(asked).toHaveBeenCalledTimes(2);
  stall.reject(new LecternError('seat-wrong'));
  await expect.poll(refusals).toHaveLength(9);
  expect(asked).toHaveBeenCalledTimes(5);
});

it('goes by what is set for early messages, messages, connections and bytes of one seat', async () => {
  const early = { messages: 8, bytes: 1_024 };
  classroom = await TestClassroom.open({
    limits: { signalling: { ...signalling, early, messages: 20, arrivals: 2, bytes: 65_536 } },
  });
  const { students } = await classroom.liveClass(['Sam']);
  const [page] = students;
  if (!page) throw new Error('there is one');
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => page.raw({ type: 'clock', body: {} }) as Promise<{ ok: boolean }>),
  );
  const answered = answers.filter(({ ok }) => ok).length;
  expect(answered).toBeGreaterThanOrEqual(10);
  expect(answered).toBeLessThan(30);
  page.socket.emit('message', { type: 'clock', body: { filling: 'A'.repeat(60_000) } });
  page.socket.emit('message', { type: 'clock', body: { filling: 'A'.repeat(60_000) } });
  await page.gone();
  expect(classroom.logLines.join('')).toContain('far more than pages do');
  const again = Array.from({ length: 12 }, () => classroom.knock(page.seat));
  await expect
    .poll(() => again.some(({ refused }) => (refused as { code?: string } | null)?.code === 'too-many'))
    .toBe(true);
});

it('asks a student to come again when the class is full, keeps the place of one who was lost, and lets in staff', async () => {
  classroom = await TestClassroom.open({ limits: { studentsPerClass: 2 } });
  const detail = await classroom.plan();
  const seats = await Promise.all(['A', 'B', 'C'].map((name) => classroom.guestSeat(detail, name)));
  const [a, b, c] = seats;
  if (!a || !b || !c) throw new Error('there are three');
  const first = await classroom.connect(a);
  await classroom.connect(b);
  const full = { code: 'class-full', retryAfterMs: 10_000 };
  const third = classroom.knock(c);
  await expect.poll(() => third.refused).toMatchObject(full);
  await classroom.connect(await classroom.staffSeat(detail, 'instructor', 'Ada'));
  first.close();
  await first.gone();
  await expect.poll(() => classroom.live.summary()[0]?.present).toBe(2);
  const early = classroom.knock(c);
  await expect.poll(() => early.refused).toMatchObject(full);
  const back = await classroom.connect(a);
  await back.ask('leave', {});
  await back.gone();
  await classroom.connect(c);
  const late = classroom.knock(a);
  await expect.poll(() => late.refused).toMatchObject(full);
});

it('keeps the places of those who were inside after a restart: a newcomer waits, whoever was inside comes back', async () => {
  classroom = await TestClassroom.open({ limits: { studentsPerClass: 2, restartGraceMs: 10 * 60_000 } });
  const { detail, students } = await classroom.liveClass(['A', 'B']);
  const [a, b] = students.map(({ seat }) => seat);
  if (!a || !b) throw new Error('there are two');
  const came = () => classroom.seats.studentsWhoCame(detail.classId);
  await expect.poll(came).toBe(2);
  const c = await classroom.guestSeat(detail, 'C');
  await classroom.stopServing();
  await classroom.startServing();
  const newcomer = classroom.knock(c);
  await expect.poll(() => newcomer.refused).toMatchObject({ code: 'class-full' });
  await classroom.connect(a);
  const again = classroom.knock(c);
  await expect.poll(() => again.refused).toMatchObject({ code: 'class-full' });
  await classroom.connect(b);
});

it('tells whoever guesses seats to stop after a thousand, and lets in all the same who knows theirs from behind that address', async () => {
  classroom = await TestClassroom.open();
  const detail = await classroom.plan();
  const seat = await classroom.guestSeat(detail, 'Sam');
  const wrong = classroom.knock({ ...seat, seatId: seatIdSchema.parse(randomUUID()) });
  await expect.poll(() => wrong.refused).toMatchObject({ code: 'seat-wrong' });
  const { addressLimits } = classroom;
  for (let count = 1; count < 1_000; count += 1) {
    addressLimits.handshakeRefused({ address: '127.0.0.1', headers: {} }, new LecternError('seat-wrong'));
  }
  const late = classroom.knock({ ...seat, seatId: seatIdSchema.parse(randomUUID()) });
  await expect.poll(() => late.refused).toMatchObject({ code: 'too-many' });
  await classroom.connect(seat);
});

it('gives a seat one link for each purpose and one producer for each source: the next one closes the one before', async () => {
  classroom = await TestClassroom.open();
  const { instructor } = await classroom.liveClass();
  const [earlier, link] = [
    await instructor.ask('open-transport', { purpose: 'stage' }),
    await instructor.ask('open-transport', { purpose: 'stage' }),
  ];
  const produce = (transportId: string, ssrc: number) => ({
    ...{ transportId, source: 'microphone' as const, kind: 'audio' as const },
    rtpParameters: microphoneParameters(ssrc),
  });
  expect(await instructor.refusal('produce', produce(earlier.transportId, 1))).toBe('media-gone');
  await instructor.ask('produce', produce(link.transportId, 2));
  const { producerId } = await instructor.ask('produce', produce(link.transportId, 3));
  await instructor.saw('stage-changed', ({ stage }) => {
    const sources = stage[0]?.sources ?? [];
    return sources.length === 1 && sources[0]?.producerId === producerId;
  });
});
