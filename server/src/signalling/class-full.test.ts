import { PROTOCOL_VERSION } from '@lectern/contracts';
import type { Seat } from '@lectern/contracts';
import { afterEach, expect, it } from 'vitest';
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
    const admission = await sessions.admit({ protocol: PROTOCOL_VERSION, ...this.seat }).catch(() => null);
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

  go(): void {
    this.connection.closed = true;
    this.admission?.place.release();
    this.admission?.session.entrance.gone(this.connection, this.seat.seatId);
    this.admission?.session.seating.leave(this.seat.seatId);
    this.admission = null;
  }

  #newConnection() {
    return {
      ...{ connectionId: crypto.randomUUID(), closed: false, unsentBytes: 0 },
      ...{ send: () => undefined, end: () => undefined, breakOff: () => undefined },
    };
  }
}

it(
  `counts those on their way, whatever the order in which they knock, come in and go (seed ${SEED})`,
  { timeout: 60_000 },
  async () => {
    classroom = await TestClassroom.open({ limits: { studentsPerClass: LIMIT, admissionsAtOnce: 100 } });
    const sessions = new ClassSessions(classroom.deps(), () => outbox);
    const detail = await classroom.plan();
    const comers = (await seatsFor(12, detail)).map((seat) => new Comer(seat));
    const session = await sessions.session(detail.classId);
    const random = randomFrom(SEED);
    const arriving = new Set<Comer>();
    let full = 0;
    for (let step = 0; step < 400; step += 1) {
      const index = Math.floor(random() * comers.length);
      const comer = comers[index];
      if (!comer) throw new Error('there is none');
      // Whoever was inside is let in again in any case: the next one is somebody new.
      const replace = async () => {
        comers[index] = new Comer(await classroom.guestSeat(detail, `Step ${step}`));
      };
      if (comer.admission === null) {
        if (!(await comer.knock(sessions))) {
          full += 1;
          await replace();
        }
      } else if (!arriving.has(comer) && !session.live.seats.get(comer.seat.seatId)) {
        arriving.add(comer);
        void comer.comeIn().finally(() => arriving.delete(comer));
      } else if (!arriving.has(comer)) {
        comer.go();
        await replace();
      }
      if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
      expect(session.live.seats.students).toBeLessThanOrEqual(LIMIT);
      expect(comers.filter(({ admission }) => admission !== null).length).toBeLessThanOrEqual(LIMIT);
    }
    expect(full).toBeGreaterThan(20);
    await expect.poll(() => arriving.size).toBe(0);
    for (const comer of comers) comer.go();
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
