import { expect, it } from 'vitest';
import { AudioPtime } from './audio-ptime.ts';
import { SeatsPresent } from './seats-present.ts';
import { FakeClock, somebody } from './test-people.ts';

it('is 20 ms until 300 students are there at once, then 60 for good, and told once', () => {
  const seats = new SeatsPresent(new FakeClock());
  const ptime = new AudioPtime(seats, 299, null);
  const told: number[] = [];
  ptime.on('changed', (ms) => told.push(ms));
  seats.arrive(somebody('Ada', 'instructor'));
  const students = Array.from({ length: 300 }, () => somebody('Sam'));
  for (const student of students.slice(0, 299)) seats.arrive(student);
  expect([ptime.ms, told]).toEqual([20, []]);
  seats.arrive(students[299]!);
  expect([ptime.ms, told]).toEqual([60, [60]]);
  for (const { seatId } of students) seats.leave(seatId);
  for (const student of students) seats.arrive(student);
  expect([ptime.ms, told]).toEqual([60, [60]]);
});

it('is 60 ms for good once 300 are expected, also where nobody came yet', () => {
  const ptime = new AudioPtime(new SeatsPresent(new FakeClock()), 20, null);
  const told: number[] = [];
  ptime.on('changed', (ms) => told.push(ms));
  ptime.expect(299);
  expect([ptime.ms, told]).toEqual([20, []]);
  for (const students of [300, 30, 400]) ptime.expect(students);
  expect([ptime.ms, told]).toEqual([60, [60]]);
});

it('is 60 ms from the start where 300 are expected, and what was fixed for every class', () => {
  const seats = new SeatsPresent(new FakeClock());
  expect(new AudioPtime(seats, 300, null).ms).toBe(60);
  expect(new AudioPtime(seats, 300, 20).ms).toBe(20);
  const fixed = new AudioPtime(seats, 0, 20);
  for (let n = 0; n < 300; n += 1) seats.arrive(somebody('Sam'));
  fixed.expect(300);
  expect(fixed.ms).toBe(20);
  expect(new AudioPtime(seats, 0, 60).ms).toBe(60);
});
