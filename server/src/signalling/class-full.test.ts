import { LecternError, PROTOCOL_VERSION } from '@lectern/contracts';
import type { Seat } from '@lectern/contracts';
import { afterEach, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { randomFrom } from '../test-fuzzing.ts';
import { ClassSessions } from './live-classes.ts';
import { takePart } from './participant.ts';
import type { Admission } from './socket-server.ts';
import { TestClassroom } from './test-classroom.ts';

const SEED = Number(process.env['LECTERN_FUZZ_SEED'] ?? 20_261_129);
const LIMIT = 5;

let classroom: TestClassroom;
afterEach(() => classroom.close());

const outbox = { join: () => undefined, leave: () => undefined, send: () => undefined };
const seatsFor = (count: number, detail: Awaited<ReturnType<TestClassroom['plan']>>) =>
  Promise.all(Array.from({ length: count }, (_, index) => classroom.guestSeat(detail, `Student ${index}`)));

it('lets in as many students as a class takes and no more, when all of them knock at once', async () => {
  classroom = await TestClassroom.open({ limits: { studentsPerClass: LIMIT } });
  const detail = await classroom.plan();
  const pages = (await seatsFor(40, detail)).map((seat) => classroom.knock(seat));
  const isIn = (page: (typeof pages)[number]) => page.log.some(({ type }) => type === 'snapshot');
  await expect.poll(() => pages.every((page) => page.refused !== null || isIn(page)), { timeout: 20_000 }).toBe(true);
  expect(pages.filter(isIn)).toHaveLength(LIMIT);
  for (const page of pages) if (!isIn(page)) expect(page.refused).toMatchObject({ code: 'class-full' });
});

/** A page that knocks, waits, comes in and goes, when it is told to. */
class Comer {
  readonly seat: Seat;
  admission: Extract<Admission, { kind: 'seat' }> | null = null;
  connection = this.#newConnection();

  constructor(seat: Seat) {
    this.seat = seat;
  }

  /** False when the class is full. */
  async knock(sessions: ClassSessions): Promise<boolean> {
    const admission = await sessions.admit({ protocol: PROTOCOL_VERSION, ...this.seat }).catch((error: unknown) => {
      if (error instanceof LecternError && error.code === 'class-full') return null;
      throw error;
    });
    if (admission?.kind !== 'seat') return false;
    this.connection = this.#newConnection();
    this.admission = admission;
    return true;
  }

  async comeIn(): Promise<void> {
    const { admission, connection } = this;
    if (!admission) return;
    await takePart(admission.session, connection, admission);
    admission.place.release();
  }

  /** Leaves, or is lost without a word: then the place is kept for a while. */
  go(lost = false): void {
    const { connection, admission, seat } = this;
    connection.closed = true;
    this.admission = null;
    if (!admission) return;
    admission.place.release();
    admission.session.entrance.gone(connection, seat.seatId);
    const seated = [...admission.session.seating.seated()].find((each) => each.connection === connection);
    if (!lost) admission.session.seating.leave(seat.seatId);
    else if (seated) admission.session.seating.lost(seated);
  }

  #newConnection() {
    return {
      ...{ connectionId: crypto.randomUUID(), closed: false, unsentBytes: 0 },
      ...{ send: () => undefined, end: () => undefined, breakOff: () => undefined },
    };
  }
}

it(
  `counts those on their way and places that are kept, whatever the order in which people knock, come in, are lost and go (seed ${SEED})`,
  { timeout: 60_000 },
  async () => {
    const signalling = { ...DEFAULT_LIMITS.signallingLimits, arrivals: 10_000 };
    classroom = await TestClassroom.open({ limits: { studentsPerClass: LIMIT, admissionsAtOnce: 100, signalling } });
    const sessions = new ClassSessions(classroom.deps(), () => outbox);
    const detail = await classroom.plan();
    const comers = (await seatsFor(12, detail)).map((seat) => new Comer(seat));
    const session = await sessions.session(detail.classId);
    const { live } = session;
    const random = randomFrom(SEED);
    const arriving = new Set<Comer>();
    const hasPlace = (comer: Comer) => comer.admission !== null || live.seats.get(comer.seat.seatId) !== undefined;
    const taken = () => comers.filter(hasPlace).length;
    const times = { full: 0, back: 0 };
    // How many of the steps find somebody inside depends on the store's pace, so it goes on until enough have been seen.
    const isSeen = () => Math.min(times.full, times.back) > 20;
    for (let step = 0; step < 600 || (!isSeen() && step < 60_000); step += 1) {
      const comer = comers[Math.floor(random() * comers.length)];
      if (!comer) throw new Error('there is none');
      if (comer.admission === null) {
        const [had, before] = [hasPlace(comer), taken()];
        const knocked = await comer.knock(sessions);
        // Nobody else knocks or goes meanwhile.
        expect(knocked).toBe(had || before < LIMIT);
        if (!knocked) times.full += 1;
        else if (had) times.back += 1;
      } else if (!arriving.has(comer) && !live.seats.get(comer.seat.seatId)?.connected) {
        arriving.add(comer);
        void comer.comeIn().finally(() => arriving.delete(comer));
      } else if (!arriving.has(comer)) {
        comer.go(random() < 0.5);
      }
      if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
      expect(taken()).toBeLessThanOrEqual(LIMIT);
    }
    expect(isSeen()).toBe(true);
    await expect.poll(() => arriving.size).toBe(0);
    for (const comer of comers) {
      comer.go();
      session.seating.leave(comer.seat.seatId);
    }
    expect([session.entrance.size, session.live.seats.students]).toEqual([0, 0]);
    await sessions.close();
  },
);

it('keeps no class in memory that has not begun and into which nobody came', { timeout: 30_000 }, async () => {
  classroom = await TestClassroom.open({ limits: { studentsPerClass: 1 } });
  const detail = await classroom.plan();
  const [seat] = await seatsFor(1, detail);
  if (!seat) throw new Error('there is one');
  await classroom.classes.setLocked(detail.classId, true);
  const refused = classroom.knock(seat);
  await expect.poll(() => refused.refused).toMatchObject({ code: 'class-locked' });
  await expect.poll(() => classroom.live.summary(), { timeout: 15_000 }).toEqual([]);
});
