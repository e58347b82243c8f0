import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { GuestSeats } from './guest-seats.ts';

const CLASS = 'algebra';
const CAMPUS = '198.51.100.1';
const newSeatId = () => seatIdSchema.parse(randomUUID());

function door(limits: { seats: number; seatsOfClass: number }) {
  const clock = { nowMs: 0 };
  const seats = new GuestSeats(limits, () => clock.nowMs);
  /** How many of so many guests get a seat; those who come in do so at once. */
  const come = (address: string, guests: number, comesIn: boolean) => {
    let given = 0;
    for (let guest = 0; guest < guests; guest += 1) {
      try {
        const seatId = newSeatId();
        seats.take(address, CLASS).given(seatId);
        if (comesIn) seats.used(seatId);
        given += 1;
      } catch {
        // Counted by what was given.
      }
    }
    return given;
  };
  return { seats, clock, come };
}

describe('the seats of guests in one class', () => {
  it('are shut to no campus by a script that takes all it gets behind many addresses and leaves them', () => {
    const { come } = door({ seats: 400, seatsOfClass: 2_000 });
    for (let address = 1; address <= 20; address += 1) come(`192.0.2.${address}`, 1_000, false);
    expect(come(CAMPUS, 400, true)).toBe(400);
  });

  it('are given beyond the class’s to an address for as long as few of its own lie unused', () => {
    const { come } = door({ seats: 400, seatsOfClass: 1_000 });
    expect([1, 2, 3, 4].map((address) => come(`192.0.2.${address}`, 1_000, false))).toEqual([400, 400, 200, 40]);
  });

  it('count for an IPv6 site and not for each of its networks', () => {
    const { come } = door({ seats: 10, seatsOfClass: 1_000 });
    let given = 0;
    for (let network = 0; network < 256; network += 1) {
      given += come(`2001:db8:0:${network.toString(16)}::1`, 10, true);
    }
    expect(given).toBe(10);
    expect(come('2001:db8:0:100::1', 1, true)).toBe(1);
  });

  it('come back evenly within an hour, and those at once that came to nothing', () => {
    const { seats, clock, come } = door({ seats: 60, seatsOfClass: 1_000 });
    seats.take(CAMPUS, CLASS).takeBack();
    expect(come(CAMPUS, 100, true)).toBe(60);
    clock.nowMs += 60_000;
    expect(come(CAMPUS, 100, true)).toBe(1);
  });
});
