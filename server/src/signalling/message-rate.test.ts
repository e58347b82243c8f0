import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../classroom/test-people.ts';
import { MessageRate, SeatRates } from './message-rate.ts';

const tooMany = (retryAfterMs: number) => expect.objectContaining({ code: 'too-many', retryAfterMs }) as Error;

describe('the rate of a seat', () => {
  it('lets ten connections in at once and one a second after that, with the time to wait', () => {
    const clock = new FakeClock();
    const rate = new MessageRate(clock);
    for (let count = 0; count < 10; count += 1) rate.takeArrival();
    expect(() => {
      rate.takeArrival();
    }).toThrow(tooMany(1_000));
    clock.pass(1_000);
    expect(() => {
      rate.takeArrival();
    }).not.toThrow();
  });

  it('goes on over a new connection, a flood that was cut included, and is forgotten once it has rested', () => {
    const clock = new FakeClock();
    const rates = new SeatRates(clock);
    const seatId = seatIdSchema.parse(randomUUID());
    for (let count = 0; count < 6; count += 1) rates.of(seatId).takeOf('set-permission');
    rates.forgetRested();
    rates.of(seatId).takeArrival();
    expect(() => {
      rates.of(seatId).takeOf('set-permission');
    }).toThrow(tooMany(5_000));
    for (let refused = 0; refused < 400; refused += 1) {
      expect(() => {
        rates.of(seatId).takeOf('set-permission');
      }).toThrow();
    }
    rates.of(seatId).takeArrival();
    expect(rates.of(seatId).flooding).toBe(true);
    const before = rates.of(seatId);
    clock.pass(60_000);
    rates.forgetRested();
    expect(rates.of(seatId)).not.toBe(before);
  });
});
