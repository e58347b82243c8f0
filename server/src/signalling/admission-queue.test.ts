import { randomUUID } from 'node:crypto';
import { classIdSchema, seatIdSchema } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../classroom/test-people.ts';
import { ADMISSION_RANKS, AdmissionQueue } from './admission-queue.ts';

const newSeat = () => seatIdSchema.parse(randomUUID());
const algebra = classIdSchema.parse(randomUUID());
const botany = classIdSchema.parse(randomUUID());

let clock: FakeClock;
let queue: AdmissionQueue;
beforeEach(() => {
  clock = new FakeClock();
  queue = new AdmissionQueue(() => clock.monotonicMs());
});

function everybody(): SeatId[] {
  const order: SeatId[] = [];
  for (let ticket = queue.next(); ticket; ticket = queue.next()) order.push(ticket.seatId);
  return order;
}

describe('the order at the door', () => {
  it('is staff, the stage, who was inside, and the rest; among equals by arrival', () => {
    const seats = Array.from({ length: 8 }, newSeat);
    const ranks = [...ADMISSION_RANKS].reverse();
    for (const [index, seatId] of seats.entries()) queue.join(algebra, seatId, ranks[index % 4] ?? 'new');
    const [new1, returning1, stage1, staff1, new2, returning2, stage2, staff2] = seats;
    expect(everybody()).toEqual([staff1, staff2, stage1, stage2, returning1, returning2, new1, new2]);
  });

  it('takes turns between classes, so that 2,000 of one hold up nobody of a small one; staff of both go first', () => {
    for (let count = 0; count < 2_000; count += 1) queue.join(algebra, newSeat(), 'new');
    const small = Array.from({ length: 20 }, newSeat);
    for (const seatId of small) queue.join(botany, seatId, 'new');
    const teacher = newSeat();
    queue.join(botany, teacher, 'staff');
    const order = everybody();
    expect(order[0]).toBe(teacher);
    expect(small.every((seatId) => order.indexOf(seatId) <= 40)).toBe(true);
    expect(order).toHaveLength(2_021);
  });

  it('gives everybody the place at which they are let in when nobody else comes', () => {
    const arrivals = fc.array(fc.record({ inBotany: fc.boolean(), rank: fc.constantFrom(...ADMISSION_RANKS) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(arrivals, fc.nat(10), (people, servedBefore) => {
        const door = new AdmissionQueue(() => 0);
        const tickets = people.map(({ inBotany, rank }) => door.join(inBotany ? botany : algebra, newSeat(), rank));
        for (let served = 0; served < servedBefore; served += 1) door.next();
        const waiting = tickets.filter(({ seatId }) => door.has(seatId));
        const places = new Map(waiting.map((ticket) => [ticket.seatId, door.place(ticket)]));
        for (let place = 1; ; place += 1) {
          const ticket = door.next();
          if (!ticket) break;
          expect(places.get(ticket.seatId)).toBe(place);
        }
      }),
    );
  });
});

describe('a place in the queue', () => {
  it('is kept for 30 seconds for whoever lost the connection, and nobody waits for them meanwhile', () => {
    const [first, second, third] = [newSeat(), newSeat(), newSeat()];
    const lost = queue.join(algebra, first, 'new');
    queue.join(algebra, second, 'new');
    queue.join(algebra, third, 'new');
    queue.lose(lost);
    expect(queue.next()?.seatId).toBe(second);
    clock.pass(29_000);
    expect(queue.place(queue.join(algebra, first, 'new'))).toBe(1);
    expect(everybody()).toEqual([first, third]);
  });

  it('is gone after that', () => {
    const [first, second] = [newSeat(), newSeat()];
    queue.lose(queue.join(algebra, first, 'new'));
    queue.join(algebra, second, 'new');
    clock.pass(30_001);
    queue.join(algebra, first, 'new');
    expect(everybody()).toEqual([second, first]);
  });

  it('is the seat’s: asking again and again, or losing the connection each time, makes it neither better nor two', () => {
    const [first, pushy, last] = [newSeat(), newSeat(), newSeat()];
    queue.join(algebra, first, 'new');
    let ticket = queue.join(algebra, pushy, 'new');
    queue.join(algebra, last, 'new');
    for (let again = 0; again < 20; again += 1) {
      if (again % 2 === 0) queue.lose(ticket);
      ticket = queue.join(algebra, pushy, 'new');
    }
    expect([queue.place(ticket), queue.size]).toEqual([2, 3]);
    expect(everybody()).toEqual([first, pushy, last]);
  });

  it('is given back by the connection that has it now alone', () => {
    const seatId = newSeat();
    const earlier = queue.join(algebra, seatId, 'new');
    queue.join(algebra, seatId, 'new');
    queue.lose(earlier);
    expect(queue.has(seatId)).toBe(true);
  });

  it('begins anew for whoever was let in', () => {
    const [was, other] = [newSeat(), newSeat()];
    queue.join(algebra, was, 'new');
    queue.next();
    queue.join(algebra, other, 'new');
    queue.join(algebra, was, 'new');
    expect(everybody()).toEqual([other, was]);
  });
});
