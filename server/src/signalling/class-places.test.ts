import type { SeatId } from '@lectern/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeatsPresent } from '../classroom/seats-present.ts';
import { FakeClock, somebody } from '../classroom/test-people.ts';
import { KEPT_MS } from './admission-queue.ts';
import { ClassPlaces } from './class-places.ts';
import type { Returning } from './class-places.ts';

const full = expect.objectContaining({ code: 'class-full', retryAfterMs: 10_000 }) as Error;
const RETURN_MS = 60_000;

/** A class of which the test says who knocks, sits down, loses the connection and leaves. */
class Rehearsal {
  readonly clock = new FakeClock();
  readonly seats = new SeatsPresent(this.clock);
  readonly places: ClassPlaces;
  readonly people: ReturnType<typeof somebody>[];
  #lostInQueue: SeatId | null = null;
  /** By person: connections that knocked and are not seated. */
  readonly knocks: number[];
  readonly wasInside: boolean[];
  /** By person: until when the place in the queue is kept. */
  readonly keptUntilMs: number[];

  /** `onRecord`: staff on the stage, and of those who came before the first few, whose hands were up. */
  constructor(
    limit: number,
    people: number,
    returning: Returning | null = null,
    cameBefore = 0,
    onRecord: { readonly staff: number; readonly students: number } = { staff: 0, students: 0 },
  ) {
    this.people = Array.from({ length: people }, (_, index) => somebody(`Student ${index}`));
    for (let count = 0; count < onRecord.staff; count += 1) {
      this.seats.expect(somebody(`Teacher ${count}`, 'instructor'));
    }
    for (const person of this.people.slice(0, Math.min(onRecord.students, cameBefore))) this.seats.expect(person);
    this.places = new ClassPlaces({
      limit,
      seats: this.seats,
      clock: this.clock,
      keepsTurn: (seatId) => seatId === this.#lostInQueue,
      returning,
    });
    this.knocks = this.people.map(() => 0);
    this.keptUntilMs = this.people.map(() => 0);
    this.wasInside = this.people.map((_, index) => index < cameBefore);
  }

  /** False where the class is full. */
  knock(index: number): boolean {
    const { seatId } = this.#person(index);
    try {
      this.places.take({ seatId, wasInside: this.wasInside[index] ?? false });
    } catch (error) {
      expect(error).toEqual(full);
      return false;
    }
    this.knocks[index] = (this.knocks[index] ?? 0) + 1;
    this.keptUntilMs[index] = 0;
    return true;
  }

  /** One of the connections that knocked is seated, or goes. */
  settle(index: number, seated: boolean): void {
    if ((this.knocks[index] ?? 0) === 0) return;
    if (seated) {
      this.seats.arrive(this.#person(index));
      this.wasInside[index] = true;
    }
    this.places.giveBack(this.#person(index).seatId);
    this.knocks[index] = (this.knocks[index] ?? 0) - 1;
  }

  /** One of the connections that knocked is lost while it waits in the queue. */
  loseWaiting(index: number): void {
    if (this.knocks[index] === 1) this.keptUntilMs[index] = this.clock.monotonicMs() + KEPT_MS;
    this.#lostInQueue = this.#person(index).seatId;
    this.settle(index, false);
    this.#lostInQueue = null;
  }

  lose(index: number): void {
    this.seats.lose(this.#person(index).seatId);
  }

  leave(index: number): void {
    this.seats.leave(this.#person(index).seatId);
  }

  /** By what was done alone: inside, kept, or on the way. */
  has(index: number): boolean {
    const isKept = (this.keptUntilMs[index] ?? 0) > this.clock.monotonicMs();
    return isKept || (this.knocks[index] ?? 0) > 0 || this.seats.get(this.#person(index).seatId) !== undefined;
  }

  taken(): number {
    return this.people.filter((_, index) => this.has(index)).length;
  }

  #person(index: number) {
    const person = this.people[index];
    if (!person) throw new Error('there is none');
    return person;
  }
}

const PEOPLE = 12;
/** Few enough that one of them often does several things while another has not come yet. */
const FEW = 5;
const stepOf = (people: number) =>
  fc.record({
    index: fc.nat(people - 1),
    what: fc.constantFrom('knock', 'knock', 'seat', 'seat', 'go', 'lose in queue', 'lose', 'leave', 'time'),
  });

describe('the places of a class', () => {
  it('are never more than the limit, are free for who has one, and refused to nobody while one is free', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(stepOf(PEOPLE), { maxLength: 200 }), (limit, steps) => {
        const class_ = new Rehearsal(limit, PEOPLE);
        for (const { index, what } of steps) {
          const [had, before] = [class_.has(index), class_.taken()];
          if (what === 'knock') expect(class_.knock(index)).toBe(had || before < limit);
          if (what === 'seat' || what === 'go') class_.settle(index, what === 'seat');
          if (what === 'lose in queue') class_.loseWaiting(index);
          if (what === 'lose') class_.lose(index);
          if (what === 'leave') class_.leave(index);
          if (what === 'time') class_.clock.pass(KEPT_MS / 3);
          expect(class_.taken()).toBeLessThanOrEqual(limit);
          expect(class_.places.taken).toBe(class_.taken());
        }
      }),
    );
  });

  it('after a restart wait a minute for each student who was inside, and for nobody else, whoever knocks, reconnects or is on record', () => {
    const limits = fc.integer({ min: 1, max: 4 }).chain((limit) => fc.tuple(fc.constant(limit), fc.nat(limit)));
    fc.assert(
      fc.property(
        limits,
        fc.nat(4),
        fc.nat(3),
        fc.array(stepOf(FEW), { maxLength: 60 }),
        ([limit, students], staff, hands, steps) => {
          const class_ = new Rehearsal(limit, FEW, { students, withinMs: RETURN_MS }, students, {
            staff,
            students: hands,
          });
          const isAwaited = class_.people.map((_, index) => index < students && !class_.has(index));
          for (const { index, what } of steps) {
            const [had, before] = [class_.has(index), class_.taken()];
            if (what === 'knock') {
              const kept = isAwaited.filter(Boolean).length;
              expect(class_.knock(index)).toBe(had || isAwaited[index] === true || before + kept < limit);
              isAwaited[index] = false;
            }
            if (what === 'seat') class_.settle(index, true);
            if (what === 'lose') class_.lose(index);
            expect(class_.taken()).toBeLessThanOrEqual(limit);
          }
          class_.clock.pass(RETURN_MS);
          const newcomer = class_.people.findIndex((_, index) => !class_.has(index) && !class_.wasInside[index]);
          const isFree = class_.taken() < limit;
          if (newcomer >= 0) expect(class_.knock(newcomer)).toBe(isFree);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('are kept for a student who was inside, though a newcomer connects twice', () => {
    const [student, newcomer, another] = [0, 1, 2];
    const class_ = new Rehearsal(2, 3, { students: 1, withinMs: RETURN_MS }, 1);
    expect(class_.knock(newcomer)).toBe(true);
    class_.settle(newcomer, true);
    expect([class_.knock(newcomer), class_.knock(another), class_.knock(student)]).toEqual([true, false, true]);
  });

  it('stay within the limit though more were ever inside than it has places', () => {
    const class_ = new Rehearsal(3, 10, { students: 10, withinMs: RETURN_MS }, 10);
    const letIn = class_.people.filter((_, index) => class_.knock(index));
    expect(letIn).toHaveLength(3);
  });
});
