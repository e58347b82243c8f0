import { seatSchema } from '@lectern/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  forgetAllSeats,
  forgetSeat,
  isKeptLoadTest,
  keepJoinCode,
  keepLoadTest,
  keepSeat,
  keptJoinCode,
  keptSeat,
  sitDown,
  keepNewSeat,
} from './seat-keeping.ts';
import { MemoryStorage } from './test-storage.ts';

const seat = seatSchema.parse({
  classId: '0b0e7f5c-6f0e-4a86-9f0e-0a3f5b7d9c01',
  seatId: '0b0e7f5c-6f0e-4a86-9f0e-0a3f5b7d9c02',
  seatSecret: 'a'.repeat(43),
  name: 'Ada',
  role: 'student',
});

describe('a kept seat', () => {
  let storage: Storage;
  beforeEach(() => {
    storage = new MemoryStorage();
  });

  it('is found again for its class until it is forgotten', () => {
    keepSeat(seat, storage);
    expect(storage.key(0)).toBe(`lectern.seat.${seat.classId}`);
    expect(keptSeat(seat.classId, storage)).toEqual(seat);
    forgetSeat(seat.classId, storage);
    expect(keptSeat(seat.classId, storage)).toBeNull();
  });

  it('is sat down on once without a question after it was made here, and not by a page that finds or takes one again', () => {
    keepSeat(seat, storage);
    expect(sitDown(seat.seatId)).toBe(false);
    keepNewSeat(seat, storage);
    expect([sitDown(seat.seatId), sitDown(seat.seatId)]).toEqual([true, false]);
    expect(keptSeat(seat.classId, storage)).toEqual(seat);
  });

  it('is forgotten with those of all other classes and the ways there, and nothing else is', () => {
    const another = seatSchema.parse({ ...seat, classId: '0b0e7f5c-6f0e-4a86-9f0e-0a3f5b7d9c03' });
    for (const each of [seat, another]) {
      keepSeat(each, storage);
      keepJoinCode(each.classId, 'abcd-efgh-ijkl', storage);
      keepLoadTest(each.classId, true, storage);
    }
    storage.setItem('lectern.devices', '{}');
    forgetAllSeats(storage);
    for (const { classId } of [seat, another]) {
      expect(keptSeat(classId, storage)).toBeNull();
      expect(keptJoinCode(classId, storage)).toBeNull();
      expect(isKeptLoadTest(classId, storage)).toBe(false);
    }
    expect(storage.length).toBe(1);
  });

  it('comes with what is known of its class: a load test, and no other class', () => {
    const ordinary = '0b0e7f5c-6f0e-4a86-9f0e-0a3f5b7d9c04';
    keepLoadTest(seat.classId, true, storage);
    keepLoadTest(ordinary, false, storage);
    expect([isKeptLoadTest(seat.classId, storage), isKeptLoadTest(ordinary, storage)]).toEqual([true, false]);
  });

  it.each(['', 'null', '{"classId":1}', 'not json'])('is null when what is kept is %j', (kept) => {
    storage.setItem(`lectern.seat.${seat.classId}`, kept);
    expect(keptSeat(seat.classId, storage)).toBeNull();
  });

  it('is null when it belongs to another class', () => {
    const other = '0b0e7f5c-6f0e-4a86-9f0e-0a3f5b7d9c09';
    storage.setItem(`lectern.seat.${other}`, JSON.stringify(seat));
    expect(keptSeat(other, storage)).toBeNull();
  });
});
