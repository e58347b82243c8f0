import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeatsPresent } from '../classroom/seats-present.ts';
import { FakeClock, somebody } from '../classroom/test-people.ts';
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
  /** By person: connections that knocked and are not seated. */
  readonly knocks: number[];
  readonly wasInside: boolean[];

  constructor(limit: number, people: number, returning: Returning | null = null, cameBefore = 0) {
    this.places = new ClassPlaces({ limit, seats: this.seats, clock: this.clock, returning });
    this.people = Array.from({ length: people }, (_, index) => somebody(`Student ${index}`));
    this.knocks = this.people.map(() => 0);
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

  lose(index: number): void {
    this.seats.lose(this.#person(index).seatId);
  }

  leave(index: number): void {
    this.seats.leave(this.#person(index).seatId);
  }

  /** By what was done alone: inside, kept, or on the way. */
  has(index: number): boolean {
    return (this.knocks[index] ?? 0) > 0 || this.seats.get(this.#person(index).seatId) !== undefined;
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
const step = fc.record({
  index: fc.nat(PEOPLE - 1),
  what: fc.constantFrom('knock', 'knock', 'seat', 'seat', 'go', 'lose', 'leave'),
});

describe('the places of a class', () => {
  it('are never more than the limit, are free for who has one, and refused to nobody while one is free', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const class_ = new Rehearsal(limit, PEOPLE);
        for (const { index, what } of steps) {
          const [had, before] = [class_.has(index), class_.taken()];
          if (what === 'knock') expect(class_.knock(index)).toBe(had || before < limit);
          if (what === 'seat' || what === 'go') class_.settle(index, what === 'seat');
          if (what === 'lose') class_.lose(index);
          if (what === 'leave') class_.leave(index);
          expect(class_.taken()).toBeLessThanOrEqual(limit);
          expect(class_.places.taken).toBe(class_.taken());
        }
      }),
    );
  });

  it('after a restart wait a minute for those who were inside, whoever else knocks and in whatever order', () => {
    const limits = fc.integer({ min: 1, max: 8 }).chain((limit) => fc.tuple(fc.constant(limit), fc.nat(limit)));
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 200 }), ([limit, students], steps) => {
        const class_ = new Rehearsal(limit, PEOPLE, { students, withinMs: RETURN_MS }, students);
        for (const { index, what } of steps) {
          const known = index < students;
          if (what === 'knock') {
            const letIn = class_.knock(index);
            if (known) expect(letIn).toBe(true);
          }
          if (what === 'seat') class_.settle(index, true);
          if (what === 'lose') class_.lose(index);
          expect(class_.taken()).toBeLessThanOrEqual(limit);
        }
        class_.clock.pass(RETURN_MS);
        const newcomer = class_.people.findIndex((_, index) => !class_.has(index) && !class_.wasInside[index]);
        const isFree = class_.taken() < limit;
        if (newcomer >= 0) expect(class_.knock(newcomer)).toBe(isFree);
      }),
    );
  });

  it('stay within the limit though more were ever inside than it has places', () => {
    const class_ = new Rehearsal(3, 10, { students: 10, withinMs: RETURN_MS }, 10);
    const letIn = class_.people.filter((_, index) => class_.knock(index));
    expect(letIn).toHaveLength(3);
  });
});
